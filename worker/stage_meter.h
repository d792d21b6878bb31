// Where a worker is in the data's way: told to the beacon, its CPU time counted by stage, and when
// it was where, if the run is traced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "rookery/task.h"
#include "shm/beacon.h"
#include "worker/span_log.h"

namespace rookery {

// Nanoseconds of CPU time the calling thread has used.
std::int64_t thread_cpu_ns();

// One for each thread that works; not thread-safe, and what is entered on one thread must be ended
// there. The time between two notes belongs to the earlier stage.
class StageMeter {
 public:
  // Without a beacon it counts only.
  explicit StageMeter(std::optional<BeaconWriter> beacon,
                      std::function<std::int64_t()> cpu_ns = thread_cpu_ns);
  // From now on it keeps spans.
  void trace(SpanLog spans) { spans_ = std::move(spans); }

  // Begins a probe or task with all times at zero.
  void begin(TaskId id);
  // Goes on with another task without counting anew.
  void turn_to(TaskId id) { task_ = id; }
  void enter(BeaconStage stage);
  // The task's part that stages entered from now on are about.
  void at_part(std::size_t part) { part_ = static_cast<std::int32_t>(part); }
  // The segment they are about; −1 for none.
  void at_segment(std::int64_t index) { segment_ = index; }
  std::int64_t segment() const { return segment_; }
  // Ends the stage entered last; times since begin().
  StageTimes times();
  // What it was at since this was last asked, begin() or not; empty unless it keeps spans.
  std::vector<StageSpan> take_spans();

 private:
  void account();

  std::optional<BeaconWriter> beacon_;
  std::function<std::int64_t()> cpu_ns_;
  TaskId task_ = 0;
  std::int32_t part_ = 0;
  std::int64_t segment_ = -1;
  BeaconStage stage_ = BeaconStage::kIdle;
  std::int64_t entered_ns_ = 0;
  StageTimes nanoseconds_;  // summed finer than told, so that short stages do not vanish
  std::optional<SpanLog> spans_;
};

}  // namespace rookery
