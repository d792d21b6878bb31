// What a post-processor holds between two segments: plain values, so that a run which was cut off
// can go on from them. Each kind uses its own part; the others stay empty.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rookery/segment.h"

namespace rookery {

// Further than any recording reaches; such a time can still be told in microseconds. What is read
// from bytes may be anything: states are gone on from only if their ranges are possible.
inline constexpr std::int64_t kFurthestSample = std::int64_t{1} << 48;
inline bool is_possible_range(std::int64_t begin, std::int64_t end) {
  return begin >= 0 && begin <= end && end <= kFurthestSample;
}

// A detection in the making: [begin, end) in samples at the model's rate.
struct OpenDetection {
  std::int32_t label = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  float score = 0;

  bool operator==(const OpenDetection&) const = default;
  // Makes it reach to `new_end`; the score of a detection is the highest it has seen.
  void extend(std::int64_t new_end, float new_score) {
    if (new_end > end) end = new_end;
    if (new_score > score) score = new_score;
  }
};

// A segment with one score for each label, in label order.
struct DenseScores {
  Segment segment;
  std::vector<float> scores;

  bool operator==(const DenseScores&) const = default;
};

// A token as a decoder places it: frames [begin_frame, end_frame) of the recording and the highest
// probability it had there.
struct TimedToken {
  std::int32_t token = 0;
  std::int64_t begin_frame = 0;
  std::int64_t end_frame = 0;
  float probability = 0;

  bool operator==(const TimedToken&) const = default;
};

// A token sequence of a beam search with its log probabilities, see prefix_beams.h.
struct BeamState {
  std::vector<std::int32_t> prefix;
  double blank = 0;
  double token = 0;
  double likeliest = 0;
  std::vector<TimedToken> times;

  bool operator==(const BeamState&) const = default;
};

struct PostprocessorState {
  std::vector<OpenDetection> open;      // tags, frames
  std::vector<DenseScores> neighbours;  // tags that are smoothed
  std::int64_t next_neighbour = 0;      // of these the one to smooth next
  std::vector<TimedToken> word;         // ctc: of the word that is open
  std::optional<TimedToken> token;      // ctc, greedy: that may go on
  std::vector<BeamState> beams;         // ctc, beam
  std::int64_t next_frame = 0;          // ctc, beam

  bool operator==(const PostprocessorState&) const = default;
};

}  // namespace rookery
