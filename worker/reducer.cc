#include "worker/reducer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rookery {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return a >= 0 ? (a + b - 1) / b : a / b; }

// The first of the highest.
std::size_t likeliest(std::span<const float> scores) {
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

bool is_one_row(OutputType output) {
  return output == OutputType::kTags || output == OutputType::kEmbedding;
}

// A label that is ruled out may have the logarithm of nothing, where that is not kept as a number
// of a vector.
bool is_score(float number, float floor, OutputType output) {
  constexpr float infinite = std::numeric_limits<float>::infinity();
  const bool is_kept =
      output == OutputType::kEmbedding || (output == OutputType::kFrames && floor == -infinite);
  return is_kept ? std::isfinite(number) : number < infinite;
}

}  // namespace

Reducer::Reducer(OutputType output, std::int64_t samples_per_frame, std::vector<float> floors)
    : output_(output), samples_per_frame_(samples_per_frame), floors_(std::move(floors)) {}

Status Reducer::add_frame(std::int64_t frame, std::span<const float> scores,
                          SegmentScores& out) const {
  const std::size_t always_kept = output_ == OutputType::kCtc ? likeliest(scores) : scores.size();
  for (std::size_t label = 0; label < scores.size(); ++label) {
    if (!is_score(scores[label], floors_[label], output_)) {
      return Error{"forward",
                   fmt::format("the model gives {} for label {} in frame {} of segment {}",
                               std::isnan(scores[label]) ? "NaN" : "an infinite number", label,
                               frame, out.segment_index),
                   ""};
    }
    if (scores[label] >= floors_[label] || label == always_kept) {
      out.scores.push_back({frame, static_cast<std::int32_t>(label), scores[label]});
    }
  }
  return Done{};
}

Result<SegmentScores> Reducer::reduce(const Segment& segment, std::span<const float> scores) const {
  SegmentScores out;
  out.segment_index = segment.index;
  if (is_one_row(output_)) {
    Status added = add_frame(segment.index, scores, out);
    if (!added) return added.error();
    return out;
  }
  const std::size_t labels = floors_.size();
  const auto frames = static_cast<std::int64_t>(scores.size() / labels);
  // Segments lie on the frame grid, so both divisions are exact but for the recording's own end.
  const std::int64_t first = segment.input_begin / samples_per_frame_;
  const std::int64_t begin = std::max(ceil_div(segment.owned_begin, samples_per_frame_), first);
  const std::int64_t end =
      std::min(ceil_div(segment.owned_end, samples_per_frame_), first + frames);
  for (std::int64_t frame = begin; frame < end; ++frame) {
    const std::size_t row = static_cast<std::size_t>(frame - first) * labels;
    Status added = add_frame(frame, scores.subspan(row, labels), out);
    if (!added) return added.error();
  }
  return out;
}

}  // namespace rookery
