// Greedy CTC decoding: the most probable token of every frame, repeats collapsed, blanks dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "supervisor/postprocess/ctc_words.h"
#include "supervisor/postprocess/postprocessor.h"

namespace rookery {

// Expects one score a frame, the most probable token's. Frames count through the recording, so a
// token that goes on over a segment's edge stays one. Frames that are not told are blank.
class CtcGreedyPostprocessor final : public Postprocessor {
 public:
  CtcGreedyPostprocessor(const ModelCard& card, std::int64_t recording_samples);

  std::vector<Detection> add(const Segment& segment, const SegmentScores& scores) override;
  std::vector<Detection> finish() override;
  PostprocessorState state() const override;
  bool resume(const PostprocessorState& state) override;

 private:
  void close(std::vector<Detection>& words);

  CtcSpelling spelling_;
  CtcWords words_;
  std::optional<TimedToken> open_;
};

}  // namespace rookery
