#include "supervisor/postprocess/segment_median.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace rookery {
namespace {

DenseScores to_dense(const Segment& segment, const SegmentScores& scores, std::size_t label_count) {
  constexpr float absent = -std::numeric_limits<float>::infinity();
  DenseScores dense{segment, std::vector<float>(label_count, absent)};
  for (const FrameScore& score : scores.scores) {
    dense.scores.at(static_cast<std::size_t>(score.label)) = score.score;
  }
  return dense;
}

// Reorders `values`.
float lower_median(std::vector<float>& values) {
  const auto middle = values.begin() + (std::ssize(values) - 1) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

SegmentMedian::SegmentMedian(std::size_t label_count, std::int32_t segments)
    : label_count_(label_count), reach_(static_cast<std::size_t>(segments / 2)) {}

std::optional<DenseScores> SegmentMedian::add(const Segment& segment, const SegmentScores& scores) {
  neighbours_.push_back(to_dense(segment, scores, label_count_));
  if (next_ + reach_ >= neighbours_.size()) return std::nullopt;
  return smooth_next();
}

std::optional<DenseScores> SegmentMedian::drain() {
  if (next_ == neighbours_.size()) return std::nullopt;
  return smooth_next();
}

DenseScores SegmentMedian::smooth_next() {
  const std::size_t last = std::min(neighbours_.size(), next_ + reach_ + 1);
  DenseScores smoothed{neighbours_[next_].segment, std::vector<float>(label_count_)};
  std::vector<float> values;
  for (std::size_t label = 0; label < label_count_; ++label) {
    values.clear();
    // What lies further back than `reach_` has been dropped.
    for (std::size_t i = 0; i < last; ++i) values.push_back(neighbours_[i].scores[label]);
    smoothed.scores[label] = lower_median(values);
  }
  if (next_ == reach_) {
    neighbours_.pop_front();
  } else {
    ++next_;
  }
  return smoothed;
}

void SegmentMedian::put_state(PostprocessorState& state) const {
  state.neighbours.assign(neighbours_.begin(), neighbours_.end());
  state.next_neighbour = static_cast<std::int64_t>(next_);
}

bool SegmentMedian::resume(const PostprocessorState& state) {
  const auto fits = [this](const DenseScores& one) {
    return one.scores.size() == label_count_ &&
           is_possible_range(one.segment.begin, one.segment.end) &&
           std::ranges::none_of(one.scores, [](float score) { return std::isnan(score); });
  };
  const bool sound = std::ranges::all_of(state.neighbours, fits) && state.next_neighbour >= 0 &&
                     state.next_neighbour <= std::ssize(state.neighbours) &&
                     state.next_neighbour <= static_cast<std::int64_t>(reach_);
  if (!sound) return false;
  neighbours_.assign(state.neighbours.begin(), state.neighbours.end());
  next_ = static_cast<std::size_t>(state.next_neighbour);
  return true;
}

}  // namespace rookery
