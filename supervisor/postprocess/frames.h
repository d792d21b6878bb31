// Frame scores to detections: hysteresis, closing of short gaps, dropping of short detections.
#pragma once

#include <cstdint>
#include <vector>

#include "supervisor/postprocess/open_detections.h"
#include "supervisor/postprocess/postprocessor.h"
#include "supervisor/postprocess/thresholds.h"

namespace rookery {

// Frame t covers samples [t·samples_per_frame, (t+1)·samples_per_frame), clipped to the recording.
// A label becomes active at a score >= its threshold and stays so frame by frame while >=
// threshold_off. Gaps shorter than min_gap between its active stretches are closed; then what is
// shorter than min_duration is dropped. The score is the highest of the active frames. Frames that
// are not told, be it that they are below the floor or lie between segments, are inactive.
class FramesPostprocessor final : public Postprocessor {
 public:
  FramesPostprocessor(const ModelCard& card, const PostprocessConfig& config,
                      std::int64_t recording_samples, std::int64_t samples_per_frame);

  std::vector<Detection> add(const Segment& segment, const SegmentScores& scores) override;
  std::vector<Detection> finish() override;
  PostprocessorState state() const override;
  bool resume(const PostprocessorState& state) override;

 private:
  void take(const FrameScore& score, std::vector<Detection>& final);
  // Whether a frame beginning at `position`, being active, belongs to the open detection.
  bool reaches(const OpenDetection& open, std::int64_t position) const;
  void put_if_long_enough(const OpenDetection& closed, std::vector<Detection>& final) const;

  std::int32_t sample_rate_;
  std::int64_t recording_samples_;
  std::int64_t samples_per_frame_;
  std::int64_t min_duration_samples_;
  std::int64_t min_gap_samples_;
  std::vector<LabelThreshold> thresholds_;
  OpenDetections open_;
};

}  // namespace rookery
