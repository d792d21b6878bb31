// How many segments make a task: enough to be worth a message, few enough to keep the end of a run
// even. Follows measured speed, which no result depends on.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rookery {

class TaskSizer {
 public:
  // Aims at tasks of `task_seconds` of a worker's time. Starts with one batch a task.
  explicit TaskSizer(double task_seconds) : task_us_(task_seconds * 1e6) {}

  void observe(std::int64_t segments, std::int64_t wall_us) {
    if (segments <= 0 || wall_us <= 0) return;
    const double us_per_segment = static_cast<double>(wall_us) / static_cast<double>(segments);
    us_per_segment_ =
        us_per_segment_ <= 0 ? us_per_segment : 0.8 * us_per_segment_ + 0.2 * us_per_segment;
  }

  std::int64_t segments_per_task() const {
    if (us_per_segment_ <= 0) return 1;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(task_us_ / us_per_segment_));
  }

 private:
  double task_us_;
  double us_per_segment_ = 0;
};

}  // namespace rookery
