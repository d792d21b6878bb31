// Tags to detections: threshold, median smoothing, top-k, merging of neighbouring positive
// segments.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "supervisor/postprocess/open_detections.h"
#include "supervisor/postprocess/postprocessor.h"
#include "supervisor/postprocess/segment_median.h"
#include "supervisor/postprocess/thresholds.h"

namespace rookery {

// A label is positive in a segment if its (smoothed) score reaches the threshold and is among the
// top_k positive ones; of equal scores the lower label goes first. A positive segment is a
// detection [begin, end); with `merge`, it is joined to the label's last one if the gap between
// them is no longer than merge_gap, and the detection's score is the highest of its segments.
class TagsPostprocessor final : public Postprocessor {
 public:
  TagsPostprocessor(const ModelCard& card, const PostprocessConfig& config);

  std::vector<Detection> add(const Segment& segment, const SegmentScores& scores) override;
  std::vector<Detection> finish() override;
  PostprocessorState state() const override;
  bool resume(const PostprocessorState& state) override;

 private:
  struct Positive {
    std::int32_t label = 0;
    float score = 0;
  };

  std::vector<Positive> positives_of(const SegmentScores& scores) const;
  std::vector<Positive> positives_of(const DenseScores& scores) const;
  void keep_top(std::vector<Positive>& positives) const;
  void take(const Segment& segment, std::vector<Positive> positives, std::vector<Detection>& final);
  void join(const Segment& segment, const Positive& positive);
  Detection detection_of(const OpenDetection& open) const;

  std::int32_t sample_rate_;
  std::vector<LabelThreshold> thresholds_;
  std::size_t top_k_;  // 0: all
  bool merge_;
  std::int64_t merge_gap_samples_;
  std::optional<SegmentMedian> median_;
  OpenDetections open_;
};

}  // namespace rookery
