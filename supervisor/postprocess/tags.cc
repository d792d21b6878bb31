#include "supervisor/postprocess/tags.h"

#include <algorithm>
#include <cmath>

namespace rookery {

TagsPostprocessor::TagsPostprocessor(const ModelCard& card, const PostprocessConfig& config)
    : sample_rate_(card.geometry.sample_rate),
      thresholds_(label_thresholds(card, config)),
      top_k_(static_cast<std::size_t>(config.top_k)),
      merge_(config.merge),
      merge_gap_samples_(std::llround(config.merge_gap_seconds * sample_rate_)),
      open_(card.labels.size()) {
  if (config.smooth_segments > 1) median_.emplace(card.labels.size(), config.smooth_segments);
}

std::vector<Detection> TagsPostprocessor::add(const Segment& segment, const SegmentScores& scores) {
  std::vector<Detection> final;
  if (!median_) {
    take(segment, positives_of(scores), final);
  } else if (const auto smoothed = median_->add(segment, scores)) {
    take(smoothed->segment, positives_of(*smoothed), final);
  }
  return final;
}

std::vector<Detection> TagsPostprocessor::finish() {
  std::vector<Detection> final;
  if (median_) {
    while (const auto smoothed = median_->drain()) {
      take(smoothed->segment, positives_of(*smoothed), final);
    }
  }
  open_.close_if([](const OpenDetection&) { return true; },
                 [&](const OpenDetection& closed) { final.push_back(detection_of(closed)); });
  return final;
}

std::vector<TagsPostprocessor::Positive> TagsPostprocessor::positives_of(
    const SegmentScores& scores) const {
  std::vector<Positive> positives;
  for (const FrameScore& score : scores.scores) {
    if (score.score >= thresholds_.at(static_cast<std::size_t>(score.label)).on) {
      positives.push_back({score.label, score.score});
    }
  }
  return positives;
}

std::vector<TagsPostprocessor::Positive> TagsPostprocessor::positives_of(
    const DenseScores& scores) const {
  std::vector<Positive> positives;
  for (std::size_t label = 0; label < thresholds_.size(); ++label) {
    if (scores.scores[label] >= thresholds_[label].on) {
      positives.push_back({static_cast<std::int32_t>(label), scores.scores[label]});
    }
  }
  return positives;
}

void TagsPostprocessor::keep_top(std::vector<Positive>& positives) const {
  if (top_k_ == 0 || positives.size() <= top_k_) return;
  const auto kept_end = positives.begin() + static_cast<std::ptrdiff_t>(top_k_);
  std::partial_sort(positives.begin(), kept_end, positives.end(),
                    [](const Positive& a, const Positive& b) {
                      return a.score != b.score ? a.score > b.score : a.label < b.label;
                    });
  positives.erase(kept_end, positives.end());
}

void TagsPostprocessor::take(const Segment& segment, std::vector<Positive> positives,
                             std::vector<Detection>& final) {
  keep_top(positives);
  if (!merge_) {
    for (const auto& [label, score] : positives) {
      final.push_back(detection_of({label, segment.begin, segment.end, score}));
    }
    return;
  }
  // Segments come in order of their begin, so what this one is too far from is final.
  open_.close_if(
      [&](const OpenDetection& open) { return segment.begin - open.end > merge_gap_samples_; },
      [&](const OpenDetection& closed) { final.push_back(detection_of(closed)); });
  for (const Positive& positive : positives) join(segment, positive);
}

void TagsPostprocessor::join(const Segment& segment, const Positive& positive) {
  if (OpenDetection* open = open_.find(positive.label)) {
    open->extend(segment.end, positive.score);
  } else {
    open_.open({positive.label, segment.begin, segment.end, positive.score});
  }
}

Detection TagsPostprocessor::detection_of(const OpenDetection& open) const {
  return {samples_to_us(open.begin, sample_rate_), samples_to_us(open.end, sample_rate_),
          open.label, open.score};
}

PostprocessorState TagsPostprocessor::state() const {
  PostprocessorState state;
  state.open = open_.all();
  if (median_) median_->put_state(state);
  return state;
}

bool TagsPostprocessor::resume(const PostprocessorState& state) {
  if (median_ && !median_->resume(state)) return false;
  return open_.resume(state.open);
}

}  // namespace rookery
