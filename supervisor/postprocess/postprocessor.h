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
#include "supervisor/postprocess/postprocessor_state.h"
#include "supervisor/postprocess/word_list.h"

namespace rookery {

class Postprocessor {
 public:
  virtual ~Postprocessor() = default;

  // The next segment in order; returns detections that are now final, in no particular order.
  virtual std::vector<Detection> add(const Segment& segment, const SegmentScores& scores) = 0;
  // What was still open at the recording's end. Nothing may follow.
  virtual std::vector<Detection> finish() = 0;

  // What it holds after the segments so far, and a new one of the same card, settings and recording
  // made to go on from there. False, and nothing changed, if that cannot be its state.
  virtual PostprocessorState state() const = 0;
  virtual bool resume(const PostprocessorState& state) = 0;
};

// The post-processor for the card's kind of output. `recording_samples`: length at the model's
// rate; `samples_per_frame`: of a `frames` or `ctc` model; `word_list`: for ctc, null for any word.
// Null for an embedding, whose arrays are kept as they come.
std::unique_ptr<Postprocessor> make_postprocessor(
    const ModelCard& card, const PostprocessConfig& config, std::int64_t recording_samples,
    std::int64_t samples_per_frame, std::shared_ptr<const WordList> word_list = nullptr);

// For each number that the model gives the score below which a worker need not send it, given the
// configuration. For ctc the likeliest token of a frame is sent even so.
std::vector<float> score_floors(const ModelCard& card, const PostprocessConfig& config);

}  // namespace rookery
