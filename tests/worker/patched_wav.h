// WAV files whose header is made to say something else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/worker/test_recordings.h"

namespace rookery::testing {

inline void write_wav(const std::string& path, std::int64_t frames) {
  testing::write_recording(path, AudioKind{}, testing::test_signal(frames, 1));
}

// Sets a little-endian field at a byte offset.
inline void patch(const std::string& path, std::size_t offset, std::uint32_t value, int bytes) {
  std::string content = testing::read_bytes(path);
  for (int i = 0; i < bytes; ++i) {
    content[offset + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i) & 0xFF);
  }
  testing::write_bytes(path, content);
}

inline void patch_wav(const std::string& path, std::size_t offset, std::uint32_t value, int bytes) {
  write_wav(path, 1'000);
  patch(path, offset, value, bytes);
}

inline constexpr std::size_t kRiffSizeOffset = 4;
inline constexpr std::size_t kDataSizeOffset = 40;
inline constexpr std::size_t kChannelsOffset = 22;
inline constexpr std::size_t kRateOffset = 24;

}  // namespace rookery::testing
