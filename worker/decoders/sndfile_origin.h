// When a recording began, as far as libsndfile reads it from a file's header.
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <optional>

namespace rookery {

// As in header_time.h: of the first that is there of a `guan` chunk, a `bext` chunk, an AudioMoth's
// comment, and a date tag with a time of day.
std::optional<std::int64_t> told_origin(SNDFILE* file);

}  // namespace rookery
