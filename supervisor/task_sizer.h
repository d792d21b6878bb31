// How many segments make a task: enough to be worth a message, few enough to keep the end of a run
// even and its answer one that can be sent. Follows measured speed and the size of answers, which
// no result depends on.
#pragma once

#include <algorithm>
#include <cstdint>

#include "supervisor/planner.h"

namespace rookery {

class TaskSizer {
 public:
  // Aims at tasks of `task_seconds` of a worker's time that have `least_batches` at least. Starts
  // with as few as may be.
  explicit TaskSizer(double task_seconds, std::int64_t least_batches = 1)
      : task_us_(task_seconds * 1e6), least_batches_(least_batches) {}

  // Of an answer, whose bytes are those of its scores. Its time is not known if it is 0.
  void observe(std::int64_t segments, std::int64_t wall_us, std::int64_t bytes) {
    if (segments > 0) bytes_per_segment_ = std::max(bytes_per_segment_, bytes / segments);
    if (segments <= 0 || wall_us <= 0) return;
    const double us_per_segment = static_cast<double>(wall_us) / static_cast<double>(segments);
    us_per_segment_ =
        us_per_segment_ <= 0 ? us_per_segment : 0.8 * us_per_segment_ + 0.2 * us_per_segment;
  }

  TaskSize task_size() const {
    if (us_per_segment_ <= 0) return {};
    TaskSize size{std::max<std::int64_t>(1, static_cast<std::int64_t>(task_us_ / us_per_segment_)),
                  least_batches_};
    if (bytes_per_segment_ > 0) size.most_segments = kMostAnswerBytes / bytes_per_segment_;
    return size;
  }

 private:
  // Half of what a message may have: recordings differ in what their segments give.
  static constexpr std::int64_t kMostAnswerBytes = 32 << 20;

  double task_us_;
  std::int64_t least_batches_;
  double us_per_segment_ = 0;
  std::int64_t bytes_per_segment_ = 0;  // the most
};

}  // namespace rookery
