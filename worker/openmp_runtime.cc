#include "worker/openmp_runtime.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "ipc/openmp_variable.h"

namespace rookery {

std::string openmp_library() {
  // Found as the loader found it for LibTorch: by name and version, first come first.
  void* entry = ::dlvsym(RTLD_DEFAULT, "GOMP_parallel", "GOMP_4.0");
  Dl_info info = {};
  if (entry == nullptr || ::dladdr(entry, &info) == 0) return "";
  return info.dli_fname;
}

Status check_openmp_runtime() {
  const char* wanted = std::getenv(kOpenmpVariable);
  if (wanted == nullptr) return Done{};
  const std::string library = openmp_library();
  const std::string file_name = std::filesystem::path(library).filename();
  // Such as libgomp.so.1, libgomp-24e2ab19.so.1.0.0 or libomp-14.so.5.
  if (file_name.starts_with(wanted)) return Done{};
  return Error{"start",
               fmt::format("openmp is {}, but LibTorch's OpenMP calls go to {}", wanted,
                           library.empty() ? "no library" : library),
               "look at LD_PRELOAD"};
}

void open_openmp_runtime() {
  using GetMaxThreads = int();
  if (void* entry = ::dlsym(RTLD_DEFAULT, "omp_get_max_threads")) {
    reinterpret_cast<GetMaxThreads*>(entry)();
  }
}

}  // namespace rookery
