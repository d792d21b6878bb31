// Who works on what: credits, what is in flight, and what becomes of it when a worker dies.
// Pure state; the run loop carries its decisions out. Not thread-safe; a slot that does not exist
// is a bug and throws std::out_of_range.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "supervisor/pool/worker_pool.h"

namespace rookery {

struct Assignment {
  SlotId slot = 0;
  WorkItem item;
};

class Dispatcher {
 public:
  // A slot holds at most `prefetch` items; an item that was being worked on at `max_deaths` deaths
  // is given up.
  Dispatcher(int slot_count, int prefetch, int max_deaths);

  // Queues an item and gives it its TaskId (never reused within the dispatcher's life). With
  // `preferred` it goes to that slot if there is room.
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
  // Settles an answer. nullopt: the slot does not hold this id (late or twice), to be ignored.
  std::optional<WorkItem> settle(SlotId slot, TaskId id);
  // Requeues at the front, in order and under new ids, what the slot held. The item at its head was
  // being worked on and is charged with the death; if that was one too many it is returned and not
  // requeued. The slot takes no work until worker_ready.
  std::optional<WorkItem> worker_died(SlotId slot);
  // Drops queued items of a recording (it failed); those in flight are settled by their answers, or
  // end with their worker: they are neither requeued nor given up.
  void drop_recording(std::int64_t position);

  bool idle() const;  // nothing queued, nothing in flight
  int in_flight() const;

 private:
  // An item, the deaths it was charged with, and whether its recording was dropped meanwhile.
  struct Charged {
    WorkItem item;
    std::optional<SlotId> preferred;
    int deaths = 0;
    bool dropped = false;
  };
  struct Slot {
    bool ready = false;
    std::deque<Charged> held;  // in the order the worker does them
  };

  Slot& slot(SlotId id) { return slots_.at(static_cast<std::size_t>(id)); }
  const Slot& slot(SlotId id) const { return slots_.at(static_cast<std::size_t>(id)); }
  int free_places(const Slot& slot) const;
  Slot* place_for(const Charged& charged);
  void give_new_id(WorkItem& item);

  int prefetch_;
  int max_deaths_;
  TaskId next_id_ = 1;
  std::deque<Charged> queue_;
  std::vector<Slot> slots_;
};

// The recording an item belongs to.
const Recording& recording_of(const WorkItem& item);

}  // namespace rookery
