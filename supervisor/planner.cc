#include "supervisor/planner.h"

#include <algorithm>
#include <bit>

namespace rookery {
namespace {

std::int64_t ceil_to_multiple(std::int64_t value, std::int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

// Segments that begin on the hop and lie in the recording with their whole window.
std::int64_t whole_segments(const SegmentGeometry& geometry, std::int64_t grid_samples) {
  if (grid_samples < geometry.window) return 0;
  return (grid_samples - geometry.window) / geometry.hop + 1;
}

bool has_tail_segment(const SegmentGeometry& geometry, std::int64_t grid_samples,
                      std::int64_t whole) {
  if (grid_samples == 0 || geometry.tail == Tail::kDrop) return false;
  if (whole == 0) return true;
  const std::int64_t covered_end = (whole - 1) * geometry.hop + geometry.window;
  if (covered_end >= grid_samples) return false;
  // With hop > window the next segment may begin beyond the end: it would be nothing but padding.
  return geometry.tail == Tail::kShift || whole * geometry.hop < grid_samples;
}

}  // namespace

RecordingPlan::RecordingPlan(const SegmentGeometry& geometry, const RecordingProperties& properties,
                             std::int32_t batch_size, Rest rest)
    : geometry_(geometry),
      recording_samples_(
          samples_at_model_rate(properties.frames, properties.sample_rate, geometry.sample_rate)),
      batch_size_(batch_size),
      rest_(rest) {
  const std::int64_t whole = whole_segments(geometry_, grid_samples());
  segment_count_ = whole + (has_tail_segment(geometry_, grid_samples(), whole) ? 1 : 0);
}

std::int64_t RecordingPlan::grid_samples() const {
  return ceil_to_multiple(recording_samples_, geometry_.frame);
}

std::int64_t RecordingPlan::begin_of(std::int64_t index) const {
  const std::int64_t on_hop = index * geometry_.hop;
  if (geometry_.tail != Tail::kShift) return on_hop;
  return std::max<std::int64_t>(0, std::min(on_hop, grid_samples() - geometry_.window));
}

std::int64_t RecordingPlan::input_begin_of(std::int64_t begin) const {
  const std::int64_t with_context = std::max<std::int64_t>(0, begin - geometry_.context_left);
  // A padded tail keeps its place: moved back, it would answer for audio of the segment before.
  if (begin + geometry_.window > grid_samples()) return with_context;
  const std::int64_t last_without_padding =
      std::max<std::int64_t>(0, grid_samples() - geometry_.input_samples());
  return std::min(with_context, last_without_padding);
}

std::int64_t RecordingPlan::seam_after(std::int64_t index) const {
  const std::int64_t middle_of_overlap =
      (begin_of(index) + geometry_.window + begin_of(index + 1)) / 2;
  return middle_of_overlap / geometry_.frame * geometry_.frame;
}

Segment RecordingPlan::segment(std::int64_t index) const {
  Segment segment;
  segment.index = index;
  segment.begin = begin_of(index);
  segment.end = std::min(segment.begin + geometry_.window, recording_samples_);
  segment.input_begin = input_begin_of(segment.begin);
  segment.owned_begin = segment.begin;
  segment.owned_end = segment.end;
  if (index > 0 && begin_of(index - 1) + geometry_.window > segment.begin) {
    segment.owned_begin = seam_after(index - 1);
  }
  if (index + 1 < segment_count_ && segment.begin + geometry_.window > begin_of(index + 1)) {
    segment.owned_end = seam_after(index);
  }
  return segment;
}

std::int64_t RecordingPlan::next_batch_size() const {
  const std::int64_t left = segment_count_ - next_segment_;
  if (left >= batch_size_) return batch_size_;
  if (rest_ == Rest::kMixed) return left;
  return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(left)));
}

Batch RecordingPlan::next_batch() {
  const std::int64_t batch_end = next_segment_ + next_batch_size();
  Batch batch;
  batch.segments.reserve(static_cast<std::size_t>(batch_end - next_segment_));
  for (; next_segment_ < batch_end; ++next_segment_) {
    batch.segments.push_back(segment(next_segment_));
  }
  return batch;
}

std::vector<Batch> RecordingPlan::next_batches(const TaskSize& size) {
  const std::int64_t first = next_segment_;
  std::vector<Batch> batches;
  const auto takes_another = [&] {
    const std::int64_t segments = next_segment_ + next_batch_size() - first;
    const bool wanted = std::ssize(batches) < size.batches || segments <= size.segments;
    return wanted && segments <= size.most_segments;
  };
  do {
    batches.push_back(next_batch());
  } while (!exhausted() && !at_mixed_rest() && takes_another());
  return batches;
}

bool RecordingPlan::skip_to(std::int64_t segment) {
  RecordingPlan ahead = *this;
  while (ahead.next_segment_ < segment && !ahead.exhausted()) {
    ahead.next_segment_ += ahead.next_batch_size();
  }
  if (ahead.next_segment_ != segment) return false;
  next_segment_ = segment;
  return true;
}

}  // namespace rookery
