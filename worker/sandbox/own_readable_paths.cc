// own_readable_paths(): what tracing workers of both engines has shown them to open.
#include <link.h>

#include <filesystem>
#include <set>

#include "worker/sandbox/sandbox.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

// LibTorch's folder, which may lie anywhere.
int note_folder(dl_phdr_info* object, std::size_t, void* paths) {
  const fs::path path = object->dlpi_name;
  if (path.filename().string().starts_with("libtorch")) {
    static_cast<std::set<std::string>*>(paths)->insert(path.parent_path());
  }
  return 0;
}

}  // namespace

std::vector<std::string> own_readable_paths() {
  std::set<std::string> paths = {
      // Libraries that are loaded on first need, FFmpeg's for instance.
      "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache",
      // Cores and memory, as LibTorch, OpenMP and the allocators look at them.
      "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/sys/vm", "/sys/devices/system",
      "/sys/kernel/mm/transparent_hugepage", "/dev/urandom"};
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  if (!failure) paths.insert(program.parent_path() / "rookery-ffmpeg.so");
  ::dl_iterate_phdr(note_folder, &paths);
  return {paths.begin(), paths.end()};
}

}  // namespace rookery
