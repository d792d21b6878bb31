// Scores of one segment → what post-processing needs of them. Pure; knows no LibTorch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rookery/model_card.h"
#include "rookery/result.h"
#include "rookery/scores.h"
#include "rookery/segment.h"

namespace rookery {

// Thread-safe. A floor of −∞ keeps every score of its label.
class Reducer {
 public:
  // `floors`: one for each number of a frame. `samples_per_frame` (> 0) counts for frames and ctc.
  Reducer(OutputType output, std::int64_t samples_per_frame, std::vector<float> floors);

  // `scores`: the segment's row after the activation, [C] for tags, [F, C] for frames, [F, V] for
  // ctc, [D] for an embedding, row-major. Keeps scores at or above their floor, for ctc also the
  // highest of a frame, and only those of frames that begin in the segment's owned range. Error
  // stage "forward": NaN, telling label and where.
  Result<SegmentScores> reduce(const Segment& segment, std::span<const float> scores) const;

 private:
  Status add_frame(std::int64_t frame, std::span<const float> scores, SegmentScores& out) const;

  OutputType output_;
  std::int64_t samples_per_frame_;
  std::vector<float> floors_;
};

}  // namespace rookery
