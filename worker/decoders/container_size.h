// What the header of an uncompressed or block-coded container says about its size in bytes.
#pragma once

#include <cstdint>
#include <optional>

#include "worker/regular_file.h"

namespace rookery {

// Bytes that the whole file has, by its own header: WAV, RF64, W64, AIFF, AU and, to the end of its
// audio, CAF. Nothing for other files, and for the sizes that programs leave which write to a pipe
// and cannot go back to fill them in (2 GiB or 4 GiB, about; −1).
std::optional<std::int64_t> claimed_bytes(RegularFile& file);

struct CafAudioChunk {
  std::int64_t begin = 0;      // of its content; its size, 8 bytes, stands just before
  std::int64_t claimed = 0;    // bytes of content; −1: to the end of the file
  std::int64_t available = 0;  // bytes of content up to the end of the file
};

// The `data` chunk of a CAF file; nothing for any other.
std::optional<CafAudioChunk> find_caf_audio(RegularFile& file);

}  // namespace rookery
