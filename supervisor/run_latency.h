// How long batches, segments and recordings take in a run. Pure state, time given from outside;
// memory is that of what is in hand. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>

#include "rookery/task.h"
#include "supervisor/clock.h"
#include "supervisor/dispatcher.h"
#include "supervisor/latency_histogram.h"

namespace rookery {

class RunLatency {
 public:
  // A recording's time is from its admission to its end, done or failed.
  void admitted(std::int64_t position, TimePoint now) { admitted_.emplace(position, now); }
  // Ignored if it was not admitted or has ended.
  void ended(std::int64_t position, TimePoint now);

  // A segment's time is that of its task, from the dispatch to the result's arrival; a task that is
  // handed out again counts from the last time. So it grows with the tasks' size and with how many
  // a worker holds.
  void handed_over(const Assignment& assignment, TimePoint now);
  // A batch's time is the worker's own for its task, over the task's batches, and counts for each
  // segment, so that full batches outweigh rests; of those that tasks share it is not known.
  // Ignored if the slot was not given it.
  void answered(SlotId slot, const TaskResult& result, TimePoint now);
  // What the slot holds will not be answered.
  void gone(SlotId slot) { held_.erase(slot); }

  Quantiles of_batches() const { return batches_.quantiles(); }
  Quantiles of_segments() const { return segments_.quantiles(); }
  Quantiles of_recordings() const { return recordings_.quantiles(); }

 private:
  struct HeldTask {
    TimePoint since;
    std::int64_t batches = 0;
  };

  std::map<std::int64_t, TimePoint> admitted_;  // by position
  std::map<SlotId, std::map<TaskId, HeldTask>> held_;
  LatencyHistogram batches_;
  LatencyHistogram segments_;
  LatencyHistogram recordings_;
};

}  // namespace rookery
