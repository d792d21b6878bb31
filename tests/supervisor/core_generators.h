// Random geometries, model cards and post-processing settings for the properties of the pure core.
// To be called inside a property. All are small, so that edges meet often.
#pragma once

#include <rapidcheck.h>

#include <string>

#include "rookery/model_card.h"
#include "rookery/recording.h"
#include "rookery/run_config.h"
#include "rookery/segment.h"

namespace rookery::testing {

// Scores, thresholds and seconds are drawn as whole eighths: exact as float, double and in samples.
inline constexpr std::int64_t kSampleRate = 8;

inline double any_eighths(int from, int to) { return *rc::gen::inRange(from, to) / 8.0; }

inline SegmentGeometry any_geometry() {
  SegmentGeometry geometry;
  geometry.sample_rate = kSampleRate;
  geometry.frame = *rc::gen::element(1, 2, 5);
  geometry.window = geometry.frame * *rc::gen::inRange(1, 12);
  geometry.hop = geometry.frame * *rc::gen::inRange(1, 18);
  geometry.context_left = geometry.frame * *rc::gen::inRange(0, 5);
  geometry.context_right = geometry.frame * *rc::gen::inRange(0, 5);
  geometry.tail = *rc::gen::element(Tail::kShift, Tail::kPad, Tail::kDrop);
  return geometry;
}

inline RecordingProperties properties_of(std::int64_t samples) {
  RecordingProperties properties;
  properties.frames = samples;
  properties.sample_rate = kSampleRate;
  properties.channels = 1;
  return properties;
}

inline ModelCard any_card(OutputType output) {
  ModelCard card;
  card.geometry = any_geometry();
  card.output = output;
  const int label_count = *rc::gen::inRange(1, 5);
  for (int label = 0; label < label_count; ++label) card.labels.push_back(std::to_string(label));
  return card;
}

inline PostprocessConfig any_postprocess() {
  PostprocessConfig config;
  config.threshold = any_eighths(1, 8);
  if (*rc::gen::arbitrary<bool>()) config.label_thresholds["1"] = any_eighths(1, 8);
  if (*rc::gen::arbitrary<bool>()) config.threshold_off = any_eighths(0, 8);
  config.top_k = *rc::gen::inRange(0, 4);
  config.smooth_segments = *rc::gen::element(1, 1, 3, 5);
  config.merge = *rc::gen::arbitrary<bool>();
  config.merge_gap_seconds = any_eighths(0, 12);
  config.min_duration_seconds = any_eighths(0, 24);
  config.min_gap_seconds = any_eighths(0, 24);
  return config;
}

}  // namespace rookery::testing
