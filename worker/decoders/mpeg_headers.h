// Where frames and tags stand in a file of MPEG audio, by their headers alone.
#pragma once

#include <cstdint>

#include "worker/regular_file.h"

namespace rookery {

// The four bytes at `position`, the first one highest; 0 if the file ends before.
std::uint32_t mpeg_header_at(RegularFile& file, std::int64_t position);

// Whether these can be the first four bytes of a frame.
bool is_mpeg_header(std::uint32_t header);

// Whether two frames have the bits that all frames of a stream share.
bool are_of_one_stream(std::uint32_t one, std::uint32_t other);

// The place behind any ID3v2 tags that begin at `position`. A tag that would reach beyond the end
// of the file is none.
std::int64_t behind_id3v2_tags(RegularFile& file, std::int64_t position);

// The same of all tags that stand before and behind audio: ID3v1, ID3v2 and APE with a header.
std::int64_t behind_tags(RegularFile& file, std::int64_t position);

// How many bytes from a frame at `position` to the file's end are no tags behind it or the frame
// after it.
std::int64_t bytes_without_tags(RegularFile& file, std::int64_t position);

// Whether frames follow one another within the next megabyte from `position` on, too many to be
// there by chance. Not found are frames of free format, whose length no header tells.
bool has_mpeg_frames_near(RegularFile& file, std::int64_t position);

}  // namespace rookery
