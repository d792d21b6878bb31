// FFmpeg's decoder, in a shared object of its own that is loaded when the first file needs it: with
// FFmpeg's libraries come a hundred others, and a worker that never needs them starts faster.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "rookery/result.h"
#include "worker/decoders/decoder.h"

namespace rookery {

using OpenedDecoder = Result<std::unique_ptr<Decoder>>;

struct FfmpegModule {
  // Sets `opened` to a decoder or why there is none; leaves it alone if the file does not look like
  // a container that FFmpeg is to read.
  void (*open)(RegularFile& file, std::optional<OpenedDecoder>& opened) = nullptr;
};

// Error: stage "probe", naming the shared object and what the dynamic loader says.
Result<FfmpegModule> load_ffmpeg_module(const std::filesystem::path& path);

// That of rookery-ffmpeg.so beside this program, loaded at the first call and kept. Thread-safe.
const Result<FfmpegModule>& ffmpeg_module();

}  // namespace rookery

// What the shared object gives: FfmpegModule::open.
extern "C" void rookery_open_with_ffmpeg(rookery::RegularFile& file,
                                         std::optional<rookery::OpenedDecoder>& opened);
