// Decodes with libsndfile: WAV, FLAC, Ogg, AIFF, CAF and other containers of its.
#pragma once

#include <memory>

#include "rookery/result.h"
#include "worker/decoders/decoder.h"

namespace rookery {

// Error: stage "probe", with libsndfile's reason.
Result<std::unique_ptr<Decoder>> open_sndfile_decoder(RegularFile& file);

}  // namespace rookery
