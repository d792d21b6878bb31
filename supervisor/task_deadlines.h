// How long work may take before its worker is taken for hung. A busy worker cannot send signs of
// life, so this is judged from what tasks of this run have taken. Pure state, time given from
// outside; a slot that does not exist is a bug and throws std::out_of_range.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "ipc/protocol.h"
#include "supervisor/clock.h"

namespace rookery {

// What one message asks of a worker.
struct WorkSize {
  std::vector<TaskId> ids;     // it is done when all are answered
  double forward_seconds = 0;  // its forwards, by what one took when the model was warmed up
  double reading_seconds = 0;  // what opening and finding the place in a recording may take
};

class TaskDeadlines {
 public:
  TaskDeadlines(int slot_count, double min_seconds);

  // The slot holds it from now on, behind what it holds already.
  void assigned(SlotId id, WorkSize work);
  void answered(SlotId id, TaskId task);
  // It is to end when it has done what it holds.
  void leaves(SlotId id);
  // Its worker is gone, with what it held.
  void gone(SlotId id);

  // Lets time go by; call it often. Of the time since the last call at most a second counts: longer
  // gaps are those in which this process did not run, and then workers may not have, either.
  // Returns the slots that are late, each once: they are to be killed.
  std::vector<SlotId> tick(TimePoint now);
  // Whether the slot was named by tick() and is not gone yet.
  bool missed(SlotId id) const { return slots_.at(static_cast<std::size_t>(id)).missed; }

  // Time that may pass from a piece of work's turn to its answer. It grows with what nineteen of
  // twenty pieces of this run have taken, for their forwards, at most.
  double limit_seconds(const WorkSize& work) const;

 private:
  using Duration = TimePoint::duration;
  struct Slot {
    std::deque<WorkSize> held;  // the first is what it works on
    Duration turn{};            // when that had its turn, in counted time
    bool missed = false;
  };

  void observe(const WorkSize& work, double seconds);
  double usual_slowness() const;
  Slot& slot(SlotId id) { return slots_.at(static_cast<std::size_t>(id)); }

  double min_seconds_;
  std::vector<Slot> slots_;
  std::optional<TimePoint> ticked_;
  Duration now_{};  // counted time
  // Pieces of work by how much longer than their forwards they took: bin i up to 2^(i/2).
  std::array<std::int64_t, 64> slowness_{};
  std::int64_t observed_ = 0;
};

}  // namespace rookery
