// Who works on what: credits, what is in flight, and what becomes of it when a worker dies.
// Pure state; the run loop carries its decisions out. Not thread-safe; a slot that does not exist
// is a bug and throws std::out_of_range.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "supervisor/pool/worker_pool.h"

namespace rookery {

// What gets one answer.
using SingleWork = std::variant<Probe, Task>;

struct Assignment {
  SlotId slot = 0;
  WorkItem item;
};

class Dispatcher {
 public:
  // A slot holds at most `prefetch` items; an item that was being worked on at `max_deaths` deaths
  // is given up.
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
  // Settles an answer. nullopt: the slot does not hold this id (late or twice), to be ignored.
  std::optional<SingleWork> settle(SlotId slot, TaskId id);
  // Requeues at the front, in order and under new ids, what the slot held. The item at its head was
  // being worked on and is charged with the death; if that was one too many it is returned and not
  // requeued. Of a mixed task at the head nobody knows which one it was: its tasks are not charged,
  // and requeued as single ones. The slot takes no work until worker_ready.
  std::optional<SingleWork> worker_died(SlotId slot);
  // The slot finishes what it holds and takes no more until worker_ready.
  void worker_leaves(SlotId slot);
  // It is gone in good order: as worker_died, but nothing is charged or given up.
  void worker_left(SlotId slot);
  // Drops queued items of a recording (it failed); those in flight are settled by their answers, or
  // end with their worker: they are neither requeued nor given up.
  void drop_recording(std::int64_t position);

  bool idle() const;  // nothing queued, nothing in flight
  int in_flight() const;

 private:
  // An item, the deaths it was charged with, and whether its recording was dropped meanwhile. Tasks
  // that are to be sent together stand side by side and have one `mix`; 0: alone.
  struct Charged {
    SingleWork item;
    std::optional<SlotId> preferred = std::nullopt;
    int deaths = 0;
    bool dropped = false;
    std::int64_t mix = 0;
  };
  struct Slot {
    bool ready = false;
    std::deque<Charged> held;  // in the order the worker does them
  };

  Slot& slot(SlotId id) { return slots_.at(static_cast<std::size_t>(id)); }
  const Slot& slot(SlotId id) const { return slots_.at(static_cast<std::size_t>(id)); }
  int free_places(const Slot& slot) const;
  Slot* place_for(const Charged& charged);
  void enqueue(Charged charged);
  void give_new_id(SingleWork& item);
  // How many messages items make, and how many of them are in the first.
  static int message_count(const std::deque<Charged>& items);
  static std::size_t first_message(const std::deque<Charged>& items);
  static WorkItem as_message(const std::deque<Charged>& items);
  std::deque<Charged> take_first_message();
  void requeue(std::deque<Charged> orphans);
  // What was being worked on when a worker died: a single item is charged, a mixed task split.
  static void blame_head(std::deque<Charged>& orphans);

  int prefetch_;
  int max_deaths_;
  TaskId next_id_ = 1;
  std::int64_t last_mix_ = 0;
  std::deque<Charged> queue_;
  std::vector<Slot> slots_;
};

// The recording an item belongs to.
const Recording& recording_of(const SingleWork& item);

}  // namespace rookery
