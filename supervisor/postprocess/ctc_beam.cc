#include "supervisor/postprocess/ctc_beam.h"

#include <algorithm>
#include <span>
#include <utility>

namespace rookery {

CtcBeamPostprocessor::CtcBeamPostprocessor(const ModelCard& card, std::int32_t beam_width,
                                           std::shared_ptr<const WordList> word_list,
                                           std::int64_t recording_samples)
    : spelling_(card),
      word_list_(std::move(word_list)),
      beams_(spelling_, static_cast<std::size_t>(beam_width), word_list_.get()),
      words_(spelling_, card.geometry.sample_rate, card.geometry.frame, recording_samples) {}

std::vector<Detection> CtcBeamPostprocessor::add(const Segment&, const SegmentScores& scores) {
  std::span<const FrameScore> rest(scores.scores);
  while (!rest.empty()) {
    const std::int64_t frame = rest.front().frame;
    const auto end = std::find_if(rest.begin(), rest.end(),
                                  [frame](const FrameScore& s) { return s.frame != frame; });
    // However long the gap, one blank frame parts what lies on either side of it.
    if (frame > next_frame_) beams_.add_frame(next_frame_, {});
    const auto count = static_cast<std::size_t>(end - rest.begin());
    beams_.add_frame(frame, rest.first(count));
    rest = rest.subspan(count);
    next_frame_ = frame + 1;
  }
  std::vector<Detection> words;
  spell(beams_.take_settled(), words);  // whole words
  if (auto word = words_.finish()) words.push_back(std::move(*word));
  return words;
}

std::vector<Detection> CtcBeamPostprocessor::finish() {
  std::vector<Detection> words;
  spell(beams_.finish(), words);
  if (auto word = words_.finish()) words.push_back(std::move(*word));
  return words;
}

void CtcBeamPostprocessor::spell(const std::vector<TimedToken>& tokens,
                                 std::vector<Detection>& words) {
  for (const TimedToken& token : tokens) {
    if (auto word = words_.add(token)) words.push_back(std::move(*word));
  }
}

PostprocessorState CtcBeamPostprocessor::state() const {
  PostprocessorState state;
  state.word = words_.open();
  state.beams = beams_.state();
  state.next_frame = next_frame_;
  return state;
}

bool CtcBeamPostprocessor::resume(const PostprocessorState& state) {
  for (const BeamState& beam : state.beams) {
    const auto possible = [this](const TimedToken& token) { return words_.is_possible(token); };
    if (!std::ranges::all_of(beam.times, possible)) return false;
  }
  if (!beams_.resume(state.beams) || !words_.resume(state.word)) return false;
  next_frame_ = state.next_frame;
  return true;
}

}  // namespace rookery
