// Detections: what comes out.
#pragma once

#include <cstdint>
#include <string>

namespace rookery {

// A tag or a word with start, end and score. Times are microseconds of the recording, [start, end),
// so that a row's text does not depend on floating-point printing. A tag is named by `label`, its
// index in the model's labels, and has no text; a word of a transcript is its text, with kNoLabel.
struct Detection {
  static constexpr std::int32_t kNoLabel = -1;
  static constexpr std::int32_t kNoChannel = 0;

  std::int64_t start_us = 0;
  std::int64_t end_us = 0;
  std::int32_t label = 0;
  float score = 0;
  std::string text = {};
  std::int32_t channel = kNoChannel;  // of the file, from 1, where each is looked at by itself

  bool operator==(const Detection&) const = default;
};

// Orders rows of a recording as every export shows them.
inline bool in_row_order(const Detection& a, const Detection& b) {
  if (a.start_us != b.start_us) return a.start_us < b.start_us;
  if (a.end_us != b.end_us) return a.end_us < b.end_us;
  if (a.channel != b.channel) return a.channel < b.channel;
  if (a.label != b.label) return a.label < b.label;
  return a.text < b.text;
}

// Sample position at `sample_rate` to microseconds, rounded half up.
inline std::int64_t samples_to_us(std::int64_t samples, std::int32_t sample_rate) {
  const std::int64_t whole_seconds = samples / sample_rate;
  const std::int64_t rest = samples % sample_rate;
  return whole_seconds * 1'000'000 +
         (2 * rest * 1'000'000 + sample_rate) / (std::int64_t{2} * sample_rate);
}

}  // namespace rookery
