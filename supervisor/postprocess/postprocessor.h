// Streaming post-processing: scores of a recording's segments in order → detections, seen across
// segment edges. Pure; memory does not grow with the recording's length.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rookery/detection.h"
#include "rookery/model_card.h"
#include "rookery/run_config.h"
#include "rookery/scores.h"
#include "rookery/segment.h"

namespace rookery {

class Postprocessor {
 public:
  virtual ~Postprocessor() = default;

  // The next segment in order; returns detections that are now final, in no particular order.
  virtual std::vector<Detection> add(const Segment& segment, const SegmentScores& scores) = 0;
  // What was still open at the recording's end. Nothing may follow.
  virtual std::vector<Detection> finish() = 0;
};

// The post-processor for the card's kind of output. `recording_samples`: length at the model's
// rate; `samples_per_frame`: of a `frames` model (0 for tags).
std::unique_ptr<Postprocessor> make_postprocessor(const ModelCard& card,
                                                  const PostprocessConfig& config,
                                                  std::int64_t recording_samples,
                                                  std::int64_t samples_per_frame);

// For each label the score below which a worker need not send anything, given the configuration.
std::vector<float> score_floors(const ModelCard& card, const PostprocessConfig& config);

}  // namespace rookery
