// Who works on what: credits, what is in flight, and what becomes of it when a worker dies.
// Pure state; the run loop carries its decisions out. Not thread-safe; a slot that does not exist
// is a bug and throws std::out_of_range.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "supervisor/charged_work.h"
#include "supervisor/pool/worker_pool.h"

namespace rookery {

struct Assignment {
  SlotId slot = 0;
  WorkItem item;
};

class Dispatcher {
 public:
  // A slot holds at most `prefetch` items; `max_deaths`: see after_death().
  Dispatcher(int slot_count, int prefetch, int max_deaths);

  int slot_count() const { return static_cast<int>(slots_.size()); }
  // Queues an item and gives it its TaskId (never reused within the dispatcher's life); the tasks
  // of a mixed one have an id, an answer and a fate of their own. With `preferred` a single item
  // goes to that slot if there is room.
  void submit(WorkItem item, std::optional<SlotId> preferred = std::nullopt);
  // Free places in ready slots that no queued item will take: plan more while this is positive.
  int capacity() const;
  // Slots with free places, least loaded first.
  std::vector<SlotId> slots_with_room() const;
  bool holds_nothing(SlotId slot) const;
  // Takes as much of the queue as there are credits, in queue order, to the preferred slot or else
  // the least loaded one.
  std::vector<Assignment> assign();

  void worker_ready(SlotId slot);
  // Settles an answer. nullopt: the slot does not hold this id (late or twice), or more runs of the
  // task are needed to know what killed its workers; to be ignored.
  std::optional<ChargedWork> settle(SlotId slot, TaskId id);
  // Requeues at the front, in order and under new ids, what after_death() makes of all that the
  // slot held, and returns what was given up. The slot takes no work until worker_ready.
  std::optional<ChargedWork> worker_died(SlotId slot, const WorkDeath& death);
  // The slot finishes what it holds and takes no more until worker_ready.
  void worker_leaves(SlotId slot);
  // It is gone in good order: as worker_died, but nothing is charged or given up.
  void worker_left(SlotId slot);
  // Drops queued items of a recording (it failed); those in flight are settled by their answers, or
  // end with their worker: they are neither requeued nor given up.
  void drop_recording(std::int64_t position);

  bool idle() const;  // nothing queued, nothing in flight
  int in_flight() const;
  // No other slot holds anything.
  bool only_at_work(SlotId slot) const;

 private:
  struct Slot {
    bool ready = false;
    std::deque<ChargedWork> held;  // in the order the worker does them
  };

  Slot& slot(SlotId id) { return slots_.at(static_cast<std::size_t>(id)); }
  const Slot& slot(SlotId id) const { return slots_.at(static_cast<std::size_t>(id)); }
  int free_places(const Slot& slot) const;
  Slot* place_for(const ChargedWork& charged);
  void enqueue(ChargedWork charged);
  void give_new_id(SingleWork& item);
  // How many messages items make, and how many of them are in the first.
  static int message_count(const std::deque<ChargedWork>& items);
  static std::size_t first_message(const std::deque<ChargedWork>& items);
  static WorkItem as_message(const std::deque<ChargedWork>& items);
  std::deque<ChargedWork> take_first_message();
  // Under new ids.
  void requeue_first(std::deque<ChargedWork> work);
  bool runs_exclusive() const;

  int prefetch_;
  int max_deaths_;
  TaskId next_id_ = 1;
  std::int64_t last_mix_ = 0;
  std::deque<ChargedWork> queue_;
  std::vector<Slot> slots_;
};

}  // namespace rookery
