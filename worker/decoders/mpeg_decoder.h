// Decodes MPEG audio, layers I to III, with libmpg123: silent, and with a frame index that makes a
// seek cost the same wherever it leads.
#pragma once

#include <memory>

#include "rookery/result.h"
#include "worker/decoders/decoder.h"

namespace rookery {

// True if the file begins with an MPEG audio frame, behind any ID3v2 tags.
bool is_mpeg_audio(RegularFile& file);

// Error: stage "probe", with libmpg123's reason.
Result<std::unique_ptr<Decoder>> open_mpeg_decoder(RegularFile& file);

}  // namespace rookery
