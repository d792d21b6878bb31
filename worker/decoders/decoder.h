// What decodes a file, whichever library does it: all channels, by frames.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "rookery/recording.h"
#include "worker/regular_file.h"

namespace rookery {

// How the samples of a frame depend on where decoding began.
enum class SeekKind {
  kExact,    // not at all
  kPreroll,  // the decoder must run a while first, and what it decoded before matters
  kNone,     // only decoding from the first frame on is right
};

// What a file claims to hold. `frames` may be wrong (see recording_probe).
struct AudioHeader {
  std::int64_t frames = 0;
  std::int32_t sample_rate = 0;
  std::int32_t channels = 0;
  SeekKind seek_kind = SeekKind::kNone;
  bool seeks_by_frames = true;  // whether seeking is right only if `frames` is
  std::string format;           // container and encoding, e.g. "WAV (Microsoft), Signed 16 bit PCM"
  std::optional<std::int64_t> origin_us = std::nullopt;  // as RecordingProperties has it

  bool operator==(const AudioHeader&) const = default;
};

// One open file, at its first frame. Not thread-safe. Needs the file to live as long. Memory is
// bounded whatever the header says.
class Decoder {
 public:
  virtual ~Decoder() = default;

  virtual const AudioHeader& header() const = 0;

  // Goes back to the first frame, with nothing left of what was decoded before. False if the file
  // cannot be opened any more.
  virtual bool restart() = 0;
  // True if the next frame read will be `frame`. If not, only restart() is possible.
  virtual bool seek(std::int64_t frame) = 0;
  // Reads whole frames, channels interleaved; returns how many, fewer than fit only where the file
  // ends or is damaged.
  virtual std::int64_t read(std::span<float> interleaved) = 0;

  // What the file was to hold beyond the `frames` that can be read. Moves the position.
  virtual std::optional<MissingPart> missing_after(std::int64_t frames) = 0;
};

// `promised` frames were told of, and `frames` can be read.
std::optional<MissingPart> missing_part(std::int64_t frames, std::int64_t promised,
                                        std::int32_t sample_rate);

// Whether a frame count is an answer: libraries also say 0 and 2^63 − 1 where they cannot tell.
bool is_told(std::int64_t frames);

}  // namespace rookery
