// Work without content for the dispatcher, and deaths.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "supervisor/dispatcher.h"

namespace rookery {

inline WorkItem probe_of(std::int64_t position) {
  return Probe{0, Recording{position, "key", "path"}};
}

// Of probes, which is what these tests submit where they say nothing else.
inline std::int64_t position_of(const WorkItem& item) {
  return std::get<Probe>(item).recording.position;
}
inline std::int64_t position_of(const SingleWork& item) { return recording_of(item).position; }

inline TaskId id_of(const WorkItem& item) { return std::get<Probe>(item).id; }

inline WorkItem mixed_of(const std::vector<std::int64_t>& positions) {
  MixedTask mixed;
  for (const std::int64_t position : positions) {
    mixed.tasks.push_back({0, Recording{position, "key", "path"}, {}, {}});
  }
  return mixed;
}

// The tasks of a message: those of a mixed one, or the one that it is.
inline std::vector<Task> tasks_of(const WorkItem& item) {
  if (const auto* task = std::get_if<Task>(&item)) return {*task};
  return std::get<MixedTask>(item).tasks;
}

inline std::vector<std::int64_t> positions_of(const WorkItem& item) {
  std::vector<std::int64_t> positions;
  for (const Task& task : tasks_of(item)) positions.push_back(task.recording.position);
  return positions;
}

inline void submit_all(Dispatcher& dispatcher, const std::vector<std::int64_t>& positions) {
  for (const std::int64_t position : positions) dispatcher.submit(probe_of(position));
}

// (slot, recording) of each assignment, in order.
inline std::vector<std::pair<SlotId, std::int64_t>> places(
    const std::vector<Assignment>& assignments) {
  std::vector<std::pair<SlotId, std::int64_t>> places;
  places.reserve(assignments.size());
  for (const Assignment& a : assignments) places.emplace_back(a.slot, position_of(a.item));
  return places;
}

// The worker was at this item when it died, of something that the item may have done.
inline WorkDeath death_at(TaskId id, BeaconStage stage = BeaconStage::kForward,
                          std::int64_t segment = -1) {
  return {.note = {id, 0, segment, stage}};
}

// Somebody killed it.
inline WorkDeath kill_at(TaskId id) {
  WorkDeath death = death_at(id);
  death.charged = false;
  return death;
}

// It had nothing in hand.
inline WorkDeath idle_death() { return {.note = {}, .charged = false}; }

}  // namespace rookery
