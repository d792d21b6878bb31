// Decodes with FFmpeg's libraries what libsndfile does not read: AAC, ALAC, WMA, the sound of
// MP4, Matroska, WebM and other films.
#pragma once

#include <memory>

#include "rookery/result.h"
#include "worker/decoders/decoder.h"

namespace rookery {

// Error: stage "probe", with FFmpeg's reason.
Result<std::unique_ptr<Decoder>> open_ffmpeg_decoder(RegularFile& file);

}  // namespace rookery
