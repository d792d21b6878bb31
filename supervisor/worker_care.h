// Looks after workers while a run goes on: kills those that hang, replaces those that have grown or
// done their share, and has fewer of them while memory is short. Decides by task_deadlines and
// memory_guard and carries it out. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "supervisor/clock.h"
#include "supervisor/dispatcher.h"
#include "supervisor/host/memory_room.h"
#include "supervisor/memory_guard.h"
#include "supervisor/pool/worker_pool.h"
#include "supervisor/run_observer.h"
#include "supervisor/task_deadlines.h"

namespace rookery {

struct WorkerCareSettings {
  double min_deadline_seconds = 30;
  std::vector<double> forward_seconds = {};  // of one full batch when warm, by model
  std::int64_t max_memory_bytes = 0;         // of a worker's own; 0: any
  int max_tasks = 0;                         // 0: any number
  // Memory still to be had; empty: nobody asks.
  std::function<std::vector<MemoryRoom>()> memory_rooms = {};
  bool fewer_workers = true;  // or no new work alone, as with engine threads
};

class WorkerCare {
 public:
  // Pool, dispatcher and observer outlive it.
  WorkerCare(WorkerPool& pool, Dispatcher& dispatcher, RunObserver& observer,
             WorkerCareSettings settings);

  // What the run loop sees of workers.
  void assigned(const Assignment& assignment);
  void answered(SlotId slot, TaskId id, TimePoint now);
  void gone(SlotId slot);
  // Whether its process was killed since this slot's work took too long; until gone().
  bool missed_deadline(SlotId slot) const { return deadlines_.missed(slot); }

  // Call it often.
  void tick(TimePoint now);
  // Not while memory is short.
  bool may_dispatch() const { return advice_.dispatch; }
  // Workers that were told to end to make room for another.
  std::int64_t replaced() const { return replaced_; }

 private:
  struct Record {
    int tasks = 0;
    TimePoint weighed_at;
  };

  bool is_too_heavy(SlotId slot, TimePoint now);
  void replace(SlotId slot);
  void heed_memory(TimePoint now);
  void leave(const std::vector<SlotId>& slots);

  WorkerPool& pool_;
  Dispatcher& dispatcher_;
  RunObserver& observer_;
  WorkerCareSettings settings_;
  TaskDeadlines deadlines_;
  MemoryGuard guard_;
  MemoryAdvice advice_;
  TimePoint guarded_at_;
  std::map<SlotId, Record> records_;
  std::int64_t replaced_ = 0;
};

}  // namespace rookery
