// Decodes FLAC with libFLAC itself: libsndfile's way to the same samples costs a tenth more.
#pragma once

#include <memory>

#include "rookery/result.h"
#include "worker/decoders/decoder.h"

namespace rookery {

// True if the file begins with a FLAC stream; one in Ogg, or behind an ID3 tag, is not meant.
bool is_flac(RegularFile& file);

// Error: stage "probe", with libFLAC's reason.
Result<std::unique_ptr<Decoder>> open_flac_decoder(RegularFile& file);

}  // namespace rookery
