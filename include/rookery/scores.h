// Scores: what a worker reduces a model's output to.
#pragma once

#include <cstdint>
#include <vector>

namespace rookery {

// One score at or above the floor. `frame` counts frames of the recording (not of the segment) for
// models of kind `frames`, and is the segment's index for models of kind `tags`.
struct FrameScore {
  std::int64_t frame = 0;
  std::int32_t label = 0;
  float score = 0;

  bool operator==(const FrameScore&) const = default;
};

// The scores of one segment, sorted by (frame, label). What is absent was below the floor.
struct SegmentScores {
  std::int64_t segment_index = 0;
  std::vector<FrameScore> scores;

  bool operator==(const SegmentScores&) const = default;
};

// Memory that they take.
inline std::int64_t bytes_of(const SegmentScores& segment) {
  return static_cast<std::int64_t>(sizeof(SegmentScores) +
                                   segment.scores.capacity() * sizeof(FrameScore));
}

}  // namespace rookery
