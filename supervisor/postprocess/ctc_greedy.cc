#include "supervisor/postprocess/ctc_greedy.h"

#include <algorithm>

namespace rookery {

CtcGreedyPostprocessor::CtcGreedyPostprocessor(const ModelCard& card,
                                               std::int64_t recording_samples)
    : spelling_(card),
      words_(spelling_, card.geometry.sample_rate, card.geometry.frame, recording_samples) {}

std::vector<Detection> CtcGreedyPostprocessor::add(const Segment&, const SegmentScores& scores) {
  std::vector<Detection> words;
  for (const FrameScore& score : scores.scores) {
    const bool goes_on = open_ && open_->token == score.label && open_->end_frame == score.frame;
    if (goes_on) {
      open_->end_frame = score.frame + 1;
      open_->probability = std::max(open_->probability, score.score);
      continue;
    }
    close(words);
    if (score.label != spelling_.blank()) {
      open_ = TimedToken{score.label, score.frame, score.frame + 1, score.score};
    }
  }
  return words;
}

std::vector<Detection> CtcGreedyPostprocessor::finish() {
  std::vector<Detection> words;
  close(words);
  if (auto word = words_.finish()) words.push_back(std::move(*word));
  return words;
}

void CtcGreedyPostprocessor::close(std::vector<Detection>& words) {
  if (!open_) return;
  if (auto word = words_.add(*open_)) words.push_back(std::move(*word));
  open_.reset();
}

PostprocessorState CtcGreedyPostprocessor::state() const {
  PostprocessorState state;
  state.word = words_.open();
  state.token = open_;
  return state;
}

bool CtcGreedyPostprocessor::resume(const PostprocessorState& state) {
  if (state.token && !words_.is_possible(*state.token)) return false;
  if (!words_.resume(state.word)) return false;
  open_ = state.token;
  return true;
}

}  // namespace rookery
