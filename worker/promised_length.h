// How long a recording was meant to be, for a file that has been cut.
#pragma once

#include <cstdint>
#include <string>

#include "worker/audio_reader.h"

namespace rookery {

// Frames that the sizes in the header ask for, from libsndfile's parse log, which says what it has
// corrected because the file is shorter. Returns header.frames where nothing was corrected, and for
// the placeholders that programs write when they cannot go back to the header (0, and 2 GiB or 4
// GiB, about).
std::int64_t frames_by_sizes(const AudioHeader& header, const std::string& parse_log);

// True if an MPEG file has a Xing, Info or VBRI tag, which tells its length. Without one its length
// is an estimate from its size, and nothing can be said to be missing.
bool has_mpeg_length_tag(const std::string& path);

}  // namespace rookery
