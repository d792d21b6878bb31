#include "supervisor/run_latency.h"

#include <iterator>
#include <variant>

namespace rookery {
namespace {

double seconds_between(TimePoint from, TimePoint to) {
  return std::chrono::duration<double>(to - from).count();
}

std::int64_t batches_of(const Task& task) {
  std::int64_t batches = 0;
  for (const ModelWork& part : task.parts) batches += std::ssize(part.batches);
  return batches;
}

}  // namespace

void RunLatency::ended(std::int64_t position, TimePoint now) {
  const auto admission = admitted_.extract(position);
  if (admission) recordings_.add(seconds_between(admission.mapped(), now));
}

void RunLatency::handed_over(const Assignment& assignment, TimePoint now) {
  auto& held = held_[assignment.slot];
  if (const auto* task = std::get_if<Task>(&assignment.item))
    held[task->id] = {now, batches_of(*task)};
  if (const auto* mixed = std::get_if<MixedTask>(&assignment.item)) {
    for (const Task& task : mixed->tasks) held[task.id] = {now, 0};
  }
}

void RunLatency::answered(SlotId slot, const TaskResult& result, TimePoint now) {
  const auto held = held_[slot].extract(result.id);
  if (!held) return;
  const auto& [since, batches] = held.mapped();
  const std::int64_t segments = segments_in(result);
  segments_.add(seconds_between(since, now), segments);
  if (batches == 0 || result.wall_us == 0) return;
  batches_.add(static_cast<double>(result.wall_us) / 1e6 / static_cast<double>(batches), segments);
}

}  // namespace rookery
