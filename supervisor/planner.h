// The plan of one recording: segments, batches and tasks. A pure function of the recording's length
// and the settings that shape results; it knows nothing of workers or other recordings.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "rookery/recording.h"
#include "rookery/sample_rate.h"
#include "rookery/segment.h"

namespace rookery {

// What becomes of the segments after a recording's full batches.
enum class Rest {
  kLadder,  // batches of halving powers of two (…, 4, 2, 1)
  kMixed,   // one batch, which is to be run together with other recordings' (batch.mix)
};

// How much a task takes of a recording: whole batches, at most so many segments but at least so
// many batches, as long as these have no more than `most_segments`; one batch in any case.
struct TaskSize {
  std::int64_t segments = 1;
  std::int64_t batches = 1;
  std::int64_t most_segments = std::numeric_limits<std::int64_t>::max();
};

// Yields the batches of one recording in order, lazily: full batches, then the rest. Holds a few
// numbers, whatever the recording's length.
//
// Below, "end" is the recording's length rounded up to the frame grid. Segments begin at 0, hop,
// 2·hop … as long as their window fits; if they do not reach the end, one more follows: tail
// `shift` moves it back so that it ends there, `pad` leaves it on the hop (unless that is beyond
// the end), `drop` leaves it out. Where windows overlap, the owned ranges meet in the middle of the
// overlap, floored to the grid; the last one ends at the recording's length, so owned frames are
// [owned_begin / frame, ⌈owned_end / frame⌉). The input reaches beyond the end only for a padded
// tail or a recording shorter than the input.
class RecordingPlan {
 public:
  RecordingPlan(const SegmentGeometry& geometry, const RecordingProperties& properties,
                std::int32_t batch_size, Rest rest = Rest::kLadder);

  std::int64_t segment_count() const { return segment_count_; }
  std::int64_t recording_samples() const { return recording_samples_; }
  // 0 <= index < segment_count().
  Segment segment(std::int64_t index) const;

  bool exhausted() const { return next_segment_ == segment_count_; }
  std::int64_t next_segment() const { return next_segment_; }
  // Leaves out the batches before `segment`. False, and nothing changed, if no batch begins there
  // and it is not the end.
  bool skip_to(std::int64_t segment);
  // A mixed rest is all that is left, or nothing.
  bool at_mixed_rest() const {
    return rest_ == Rest::kMixed && segment_count_ - next_segment_ < batch_size_;
  }
  // As many of the next batches as `size` says, or as there are. How they are asked for does not
  // change which segments share a batch. A mixed rest comes alone. Precondition: !exhausted().
  std::vector<Batch> next_batches(const TaskSize& size);

 private:
  std::int64_t grid_samples() const;
  std::int64_t begin_of(std::int64_t index) const;
  std::int64_t input_begin_of(std::int64_t begin) const;
  std::int64_t seam_after(std::int64_t index) const;
  std::int64_t next_batch_size() const;
  Batch next_batch();

  SegmentGeometry geometry_;
  std::int64_t recording_samples_;
  std::int64_t segment_count_ = 0;
  std::int32_t batch_size_;
  Rest rest_;
  std::int64_t next_segment_ = 0;
};

}  // namespace rookery
