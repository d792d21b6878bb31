#include "supervisor/postprocess/frames.h"

#include <algorithm>
#include <cmath>

namespace rookery {

FramesPostprocessor::FramesPostprocessor(const ModelCard& card, const PostprocessConfig& config,
                                         std::int64_t recording_samples,
                                         std::int64_t samples_per_frame)
    : sample_rate_(card.geometry.sample_rate),
      recording_samples_(recording_samples),
      samples_per_frame_(samples_per_frame),
      min_duration_samples_(std::llround(config.min_duration_seconds * sample_rate_)),
      min_gap_samples_(std::llround(config.min_gap_seconds * sample_rate_)),
      thresholds_(label_thresholds(card, config)),
      open_(card.labels.size()) {}

std::vector<Detection> FramesPostprocessor::add(const Segment& segment,
                                                const SegmentScores& scores) {
  std::vector<Detection> final;
  for (const FrameScore& score : scores.scores) take(score, final);

  const std::int64_t frames_seen =
      (segment.owned_end + samples_per_frame_ - 1) / samples_per_frame_;
  const std::int64_t next_position = frames_seen * samples_per_frame_;
  open_.close_if([&](const OpenDetection& open) { return !reaches(open, next_position); },
                 [&](const OpenDetection& closed) { put_if_long_enough(closed, final); });
  return final;
}

std::vector<Detection> FramesPostprocessor::finish() {
  std::vector<Detection> final;
  open_.close_if([](const OpenDetection&) { return true; },
                 [&](const OpenDetection& closed) { put_if_long_enough(closed, final); });
  return final;
}

void FramesPostprocessor::take(const FrameScore& score, std::vector<Detection>& final) {
  const LabelThreshold& threshold = thresholds_.at(static_cast<std::size_t>(score.label));
  const std::int64_t begin = score.frame * samples_per_frame_;
  const std::int64_t end = begin + samples_per_frame_;
  OpenDetection* open = open_.find(score.label);

  const bool was_active = open != nullptr && open->end == begin;
  if (score.score < (was_active ? threshold.off : threshold.on)) return;
  if (open != nullptr && reaches(*open, begin)) {
    open->extend(end, score.score);
    return;
  }
  if (open != nullptr) put_if_long_enough(open_.close(score.label), final);
  open_.open({score.label, begin, end, score.score});
}

bool FramesPostprocessor::reaches(const OpenDetection& open, std::int64_t position) const {
  const std::int64_t gap = position - open.end;
  return gap <= 0 || gap < min_gap_samples_;
}

void FramesPostprocessor::put_if_long_enough(const OpenDetection& closed,
                                             std::vector<Detection>& final) const {
  const std::int64_t end = std::min(closed.end, recording_samples_);
  if (end - closed.begin < min_duration_samples_) return;
  final.push_back({samples_to_us(closed.begin, sample_rate_), samples_to_us(end, sample_rate_),
                   closed.label, closed.score});
}

PostprocessorState FramesPostprocessor::state() const {
  PostprocessorState state;
  state.open = open_.all();
  return state;
}

bool FramesPostprocessor::resume(const PostprocessorState& state) {
  return open_.resume(state.open);
}

}  // namespace rookery
