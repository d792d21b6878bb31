#include "supervisor/host/allocator_presets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace rookery {
namespace {

// Debian's multi-arch folder first, then where other systems keep libraries.
constexpr std::array kLibraryFolders = {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
                                        "/usr/lib64", "/usr/lib", "/usr/local/lib"};

std::optional<std::string> find_library(const std::string& file_name) {
  for (const char* folder : kLibraryFolders) {
    const std::string path = fmt::format("{}/{}", folder, file_name);
    if (std::filesystem::exists(path)) return path;
  }
  return std::nullopt;
}

// A sanitizer is an allocator itself, and has to come first of all libraries.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

std::string debian_package(const std::string& file_name) {
  if (file_name.starts_with("libjemalloc")) return "libjemalloc2";
  if (file_name.starts_with("libtcmalloc")) return "libtcmalloc-minimal4";
  return "libmimalloc2.0";
}

}  // namespace

const std::vector<AllocatorPreset>& allocator_presets() {
  // background_thread stays off everywhere: the fork server must have exactly one thread.
  static const std::vector<AllocatorPreset> kPresets = {
      {"jemalloc",
       "libjemalloc.so.2",
       {{"MALLOC_CONF", "background_thread:false,dirty_decay_ms:-1,muzzy_decay_ms:-1"}},
       "jemalloc keeping its pages: the default"},
      {"jemalloc-default",
       "libjemalloc.so.2",
       {{"MALLOC_CONF", "background_thread:false"}},
       "jemalloc as it comes: gives large buffers back at once"},
      {"jemalloc-thp",
       "libjemalloc.so.2",
       {{"MALLOC_CONF",
         "background_thread:false,dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always,metadata_thp:"
         "auto"}},
       "jemalloc keeping its pages, in huge pages"},
      {"glibc", "", {}, "the C library's own, as it comes"},
      {"glibc-retain",
       "",
       {{"GLIBC_TUNABLES",
         "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1"}},
       "the C library's own, keeping its memory, in huge pages"},
      {"tcmalloc", "libtcmalloc_minimal.so.4", {}, "gperftools' tcmalloc"},
      {"mimalloc", "libmimalloc.so.2.0", {}, "mimalloc 2"},
  };
  return kPresets;
}

Result<std::vector<std::pair<std::string, std::string>>> allocator_environment(
    const std::string& name) {
  const auto& presets = allocator_presets();
  const auto preset = std::find_if(presets.begin(), presets.end(),
                                   [&](const AllocatorPreset& one) { return one.name == name; });
  if (preset == presets.end()) {
    std::vector<std::string> names;
    names.reserve(presets.size());
    for (const auto& one : presets) names.push_back(one.name);
    return Error{"config", fmt::format("allocator is \"{}\"", name),
                 fmt::format("one of {}", fmt::join(names, ", "))};
  }
  auto environment = preset->environment;
  if (preset->library.empty()) return environment;
  const auto library = find_library(preset->library);
  if (!library) {
    return Error{
        "config",
        fmt::format("allocator {} needs {}, which is not installed", name, preset->library),
        fmt::format("install {} or take --allocator glibc", debian_package(preset->library))};
  }
  if (kSanitized) return environment;
  const char* preloaded = std::getenv("LD_PRELOAD");
  const bool nothing_else = preloaded == nullptr || *preloaded == '\0';
  environment.emplace_back("LD_PRELOAD",
                           nothing_else ? *library : fmt::format("{}:{}", *library, preloaded));
  return environment;
}

}  // namespace rookery
