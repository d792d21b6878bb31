#include "supervisor/run_latency.h"

#include <variant>

namespace rookery {
namespace {

double seconds_between(TimePoint from, TimePoint to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

void RunLatency::ended(std::int64_t position, TimePoint now) {
  const auto admission = admitted_.extract(position);
  if (admission) recordings_.add(seconds_between(admission.mapped(), now));
}

void RunLatency::handed_over(const Assignment& assignment, TimePoint now) {
  auto& held = held_[assignment.slot];
  if (const auto* task = std::get_if<Task>(&assignment.item)) held[task->id] = now;
  if (const auto* mixed = std::get_if<MixedTask>(&assignment.item)) {
    for (const Task& task : mixed->tasks) held[task.id] = now;
  }
}

void RunLatency::answered(SlotId slot, TaskId id, std::int64_t segments, TimePoint now) {
  const auto handed_over = held_[slot].extract(id);
  if (handed_over) segments_.add(seconds_between(handed_over.mapped(), now), segments);
}

}  // namespace rookery
