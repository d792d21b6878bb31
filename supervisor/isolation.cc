#include "supervisor/isolation.h"

#include <algorithm>

namespace rookery {
namespace {

using Segments = std::vector<std::int64_t>;

bool contains(const Segments& segments, std::int64_t segment) {
  return std::ranges::find(segments, segment) != segments.end();
}

const ModelWork& part_of(const Task& task, const BeaconNote& note) {
  const std::size_t last = task.parts.size() - 1;
  return task.parts[std::min(static_cast<std::size_t>(std::max(note.part, 0)), last)];
}

// The batch that a worker was at; the first if it had not come to any.
const Batch& batch_of(const ModelWork& work, const BeaconNote& note) {
  const auto found = batch_with(work, note.segment_index);
  return found == work.batches.end() ? work.batches.front() : *found;
}

bool names_segment(const Batch& batch, const BeaconNote& note) {
  const bool reads = note.stage == BeaconStage::kSeek || note.stage == BeaconStage::kDecode ||
                     note.stage == BeaconStage::kResample;
  return batch.segments.size() == 1 || (reads && note.segment_index >= 0);
}

}  // namespace

std::vector<Batch>::const_iterator batch_with(const ModelWork& work, std::int64_t segment) {
  return std::ranges::find_if(work.batches, [segment](const Batch& batch) {
    return std::ranges::find(batch.segments, segment, &Segment::index) != batch.segments.end();
  });
}

Isolation::Isolation(const Task& task) : named_(task.parts.size()) {}

bool Isolation::died(Task& task, const BeaconNote& note) {
  if (task.parts.empty() || part_of(task, note).batches.empty()) return false;
  const ModelWork& work = part_of(task, note);
  const Batch& batch = batch_of(work, note);
  part_ = static_cast<std::size_t>(&work - task.parts.data());
  bool goes_on = false;
  if (names_segment(batch, note)) {
    goes_on = leave_out_named(batch.segments.size() == 1 ? batch.segments.front().index
                                                         : note.segment_index);
  } else if (phase_ == Phase::kNamed) {
    goes_on = begin_rows(batch);
  } else if (phase_ == Phase::kOneLeftOut) {
    goes_on = next_row_left_out();
  } else if (phase_ == Phase::kOneKept) {
    guilty_.push_back(rows_[row_]);
    goes_on = next_row_kept();
  } else if (phase_ == Phase::kGuilty) {
    phase_ = Phase::kWholeBatch;
    goes_on = true;
  }
  if (goes_on) set_up(task);
  return goes_on;
}

bool Isolation::survived(Task& task) {
  if (phase_ != Phase::kOneKept) return true;
  next_row_kept();
  set_up(task);
  return false;
}

// One that kills though it is not even read cannot be helped.
bool Isolation::leave_out_named(std::int64_t segment) {
  phase_ = Phase::kNamed;
  if (contains(named_[part_], segment)) return false;
  named_[part_].push_back(segment);
  return true;
}

bool Isolation::begin_rows(const Batch& batch) {
  phase_ = Phase::kOneLeftOut;
  rows_.clear();
  guilty_.clear();
  row_ = 0;
  for (const Segment& segment : batch.segments) {
    if (!contains(named_[part_], segment.index)) rows_.push_back(segment.index);
  }
  return !rows_.empty();
}

bool Isolation::next_row_left_out() {
  if (++row_ < rows_.size()) return true;
  phase_ = Phase::kOneKept;
  row_ = 0;
  return true;
}

bool Isolation::next_row_kept() {
  if (++row_ < rows_.size()) return true;
  // Rows that kill in company only: no run says which.
  const bool some_are = !guilty_.empty() && guilty_.size() < rows_.size();
  phase_ = some_are ? Phase::kGuilty : Phase::kWholeBatch;
  return true;
}

void Isolation::set_up(Task& task) const {
  for (std::size_t part = 0; part < task.parts.size(); ++part) {
    Segments left_out = named_[part];
    const auto leave_out_row = [&](std::int64_t segment) {
      if (part == part_ && !contains(left_out, segment)) left_out.push_back(segment);
    };
    if (phase_ == Phase::kOneLeftOut) leave_out_row(rows_[row_]);
    if (phase_ == Phase::kGuilty) std::ranges::for_each(guilty_, leave_out_row);
    if (phase_ == Phase::kWholeBatch) std::ranges::for_each(rows_, leave_out_row);
    for (std::size_t row = 0; phase_ == Phase::kOneKept && row < rows_.size(); ++row) {
      if (row != row_) leave_out_row(rows_[row]);
    }
    std::ranges::sort(left_out);
    task.parts[part].left_out = std::move(left_out);
  }
}

}  // namespace rookery
