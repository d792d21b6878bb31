#include "supervisor/postprocess/kept_vectors.h"

#include <algorithm>

#include "rookery/detection.h"

namespace rookery {

bool keeps_vectors(const ModelCard& card, const PostprocessConfig& config) {
  return card.output == OutputType::kEmbedding ||
         (card.output == OutputType::kFrames && config.keep_frames);
}

void append_vectors(const ModelCard& card, const Segment& segment, const SegmentScores& scores,
                    std::int64_t recording_samples, SegmentVectors& vectors) {
  const SegmentGeometry& geometry = card.geometry;
  const auto us = [&](std::int64_t sample) {
    return samples_to_us(std::min(sample, recording_samples), geometry.sample_rate);
  };
  vectors.length = card.output_width();
  for (const FrameScore& score : scores.scores) {
    vectors.values.push_back(score.score);
    if (score.label != 0) continue;
    if (card.output == OutputType::kEmbedding) {
      vectors.times.push_back({us(segment.begin), us(segment.end)});
    } else {
      vectors.times.push_back(
          {us(score.frame * geometry.frame), us((score.frame + 1) * geometry.frame)});
    }
  }
}

}  // namespace rookery
