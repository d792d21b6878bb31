#include "worker/decoders/ffmpeg_module.h"

#include <dlfcn.h>
#include <fmt/format.h>

namespace rookery {

Result<FfmpegModule> load_ffmpeg_module(const std::filesystem::path& path) {
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* entry = module == nullptr ? nullptr : ::dlsym(module, "rookery_open_with_ffmpeg");
  if (entry != nullptr) return FfmpegModule{reinterpret_cast<decltype(FfmpegModule::open)>(entry)};
  return Error{"probe",
               fmt::format("libsndfile cannot read it, and FFmpeg's decoder cannot be loaded: {}",
                           ::dlerror()),
               "rookery-ffmpeg.so belongs beside rookery-worker; it needs FFmpeg's libraries"};
}

const Result<FfmpegModule>& ffmpeg_module() {
  static const Result<FfmpegModule> kModule = [] {
    std::error_code failure;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
    return load_ffmpeg_module(program.parent_path() / "rookery-ffmpeg.so");
  }();
  return kModule;
}

}  // namespace rookery
