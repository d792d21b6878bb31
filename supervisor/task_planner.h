// What is done next: which task of which recording goes to which worker.
#pragma once

#include <cstdint>
#include <optional>

#include "supervisor/claims.h"
#include "supervisor/dispatcher.h"
#include "supervisor/recordings_in_progress.h"
#include "supervisor/rest_packer.h"
#include "supervisor/task_sizer.h"

namespace rookery {

// Cuts tasks from recordings in progress and submits them to the dispatcher. A worker goes on with
// its recording; rests that are to be mixed are set aside until they fill batches. Submits only
// while workers have room, so that the dispatcher's queue is empty before and after each hand-over.
// No result depends on it. Not thread-safe.
class TaskPlanner {
 public:
  // Both outlive it.
  TaskPlanner(Dispatcher& dispatcher, RecordingsInProgress& recordings, const SpeedSettings& speed);

  // Each submits one task, or returns false if it has none. Hand over after each.
  // For a worker with room that goes on with its recording, or takes up one that is nobody's.
  bool plan();
  // When no recording is left to take up: from another worker's. `all_known`: none will come.
  bool share(bool all_known);
  // A mixed task that is not full, when nothing more will join it in time.
  bool plan_waiting_rests(bool all_known);
  // Whether another recording is to be probed, so that it is known before workers run dry.
  bool may_probe() const;

  // For the size of tasks.
  void observe(const TaskResult& result);
  void worker_died(SlotId slot) { claims_.worker_died(slot); }
  // Forgets a recording: it failed or ended.
  void drop(std::int64_t position);

 private:
  std::optional<Task> cut_task(const Claims::Wanted& wanted);
  bool plan_full_mixed();
  bool holds_back_much() const;

  Dispatcher& dispatcher_;
  RecordingsInProgress& recordings_;
  RestPacker rests_;
  Claims claims_;
  TaskSizer sizer_;
};

}  // namespace rookery
