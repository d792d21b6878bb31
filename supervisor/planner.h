// The plan of one recording: segments, batches and tasks. A pure function of the recording's length and
// the settings that shape results; it knows nothing of workers or other recordings.
#pragma once

#include <cstdint>
#include <vector>

#include "rookery/recording.h"
#include "rookery/segment.h"

namespace rookery {

// Length of a recording at the model's rate: ceil(frames · model_rate / source_rate).
std::int64_t samples_at_model_rate(std::int64_t frames, std::int32_t source_rate,
                                   std::int32_t model_rate);

// Yields the batches of one recording in order, lazily: full batches, then a ladder of halving powers
// of two (…, 4, 2, 1) for the rest. Holds no more than two numbers whatever the length.
class RecordingPlan {
 public:
  RecordingPlan(const SegmentGeometry& geometry, const RecordingProperties& properties,
                std::int32_t batch_size);

  std::int64_t segment_count() const { return segment_count_; }
  std::int64_t recording_samples() const { return recording_samples_; }
  // 0 <= index < segment_count().
  Segment segment(std::int64_t index) const;

  bool exhausted() const { return next_segment_ == segment_count_; }
  std::int64_t next_segment() const { return next_segment_; }
  // The next whole batches holding at most `max_segments` segments, but at least one batch.
  // Precondition: !exhausted().
  std::vector<Batch> next_batches(std::int64_t max_segments);

 private:
  Batch next_batch();

  SegmentGeometry geometry_;
  std::int64_t recording_samples_;
  std::int64_t segment_count_;
  std::int32_t batch_size_;
  std::int64_t next_segment_ = 0;
};

}  // namespace rookery
