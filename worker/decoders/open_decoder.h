// Chooses among the libraries that decode, by a file's content alone.
#pragma once

#include <memory>

#include "rookery/result.h"
#include "worker/decoders/decoder.h"

namespace rookery {

// The decoder that can read the file. Error: stage "probe", if it is no audio, or if only FFmpeg
// could tell and cannot be loaded.
Result<std::unique_ptr<Decoder>> open_decoder(RegularFile& file);

}  // namespace rookery
