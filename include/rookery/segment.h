// Segments and batches: how a recording is cut for a model.
// All positions are samples at the model's rate, ranges half-open.
#pragma once

#include <cstdint>
#include <vector>

namespace rookery {

// One model window of a recording.
//
//   input_begin       begin                          end      input_begin + input_samples
//        |---context----|------------ window ----------|---context----|
//                           owned_begin  owned_end
//
// [begin, end) is what rows are told for (end is clipped to the recording's length). The model is
// given [input_begin, input_begin + SegmentGeometry::input_samples); what lies outside the
// recording is zero. [owned_begin, owned_end) is the part whose frames this segment alone gives, so
// that overlapping windows leave no seam and no frame twice: owned ranges of consecutive segments
// tile the recording.
struct Segment {
  std::int64_t index = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t input_begin = 0;
  std::int64_t owned_begin = 0;
  std::int64_t owned_end = 0;

  bool operator==(const Segment&) const = default;
};

// Segments run in one forward call, in row order. All belong to one recording.
struct Batch {
  std::vector<Segment> segments;

  bool operator==(const Batch&) const = default;
};

enum class Tail { kShift, kPad, kDrop };

// The model card's segmentation in samples. `frame` is the grid on which all positions lie (1 if
// none).
struct SegmentGeometry {
  std::int32_t sample_rate = 0;
  std::int64_t window = 0;
  std::int64_t hop = 0;
  std::int64_t context_left = 0;
  std::int64_t context_right = 0;
  std::int64_t frame = 1;
  Tail tail = Tail::kShift;

  std::int64_t input_samples() const { return context_left + window + context_right; }

  bool operator==(const SegmentGeometry&) const = default;
};

}  // namespace rookery
