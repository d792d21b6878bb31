// Recordings: what goes in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rookery {

// One input audio file. `path` is what is opened, byte for byte as the file system gave it; `key`
// is its name in every output (bytes too; text formats write it through encode_key()). `position`
// counts recordings in input order from 0 and names the recording within one run.
struct Recording {
  std::int64_t position = 0;
  std::string key;
  std::string path;

  bool operator==(const Recording&) const = default;
};

// Part of a recording that could not be read: [begin_frame, end_frame) in frames of the source
// file.
struct MissingPart {
  std::int64_t begin_frame = 0;
  std::int64_t end_frame = 0;
  std::string reason;

  bool operator==(const MissingPart&) const = default;
};

// What a probe found. `frames` is exact: that many frames can be decoded (one frame: one sample of
// every channel). `missing` tells what the header promised beyond them.
struct RecordingProperties {
  std::int64_t frames = 0;
  std::int32_t sample_rate = 0;
  std::int32_t channels = 0;
  std::string format;  // as libsndfile names container and encoding, e.g. "WAV, 16 bit PCM"
  std::optional<MissingPart> missing;
  // When the first frame was recorded, as the header tells: microseconds since 1970-01-01T00:00:00
  // of the recorder's clock, whose time zone is not known.
  std::optional<std::int64_t> origin_us = std::nullopt;

  bool operator==(const RecordingProperties&) const = default;
};

}  // namespace rookery
