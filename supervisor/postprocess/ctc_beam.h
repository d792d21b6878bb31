// CTC decoding by prefix beam search, with words from a list if there is one.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "supervisor/postprocess/ctc_words.h"
#include "supervisor/postprocess/postprocessor.h"
#include "supervisor/postprocess/prefix_beams.h"

namespace rookery {

// Expects each frame's likely tokens, blank among them. Frames that are not told are blank.
class CtcBeamPostprocessor final : public Postprocessor {
 public:
  CtcBeamPostprocessor(const ModelCard& card, std::int32_t beam_width,
                       std::shared_ptr<const WordList> word_list, std::int64_t recording_samples);

  std::vector<Detection> add(const Segment& segment, const SegmentScores& scores) override;
  std::vector<Detection> finish() override;
  PostprocessorState state() const override;
  bool resume(const PostprocessorState& state) override;

 private:
  void spell(const std::vector<TimedToken>& tokens, std::vector<Detection>& words);

  CtcSpelling spelling_;
  std::shared_ptr<const WordList> word_list_;
  PrefixBeams beams_;
  CtcWords words_;
  std::int64_t next_frame_ = 0;
};

}  // namespace rookery
