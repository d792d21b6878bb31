#include "supervisor/task_planner.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rookery {
namespace {

// Results that wait for an earlier segment, over all recordings: past this no new tasks are
// planned. What they wait for is in hand or claimed already, so this cannot stop a run.
constexpr std::int64_t kMaxHeldBackBytes = 64 << 20;
// A worker that shares a recording takes so many tasks of it in a row. At each stretch's edge some
// seconds of audio are decoded twice; until it is done, later stretches' results are held back.
constexpr std::size_t kStretchTasks = 8;
// With decode_ahead a task's first batch is waited for, and all others are read meanwhile.
constexpr std::int64_t kReadAheadBatches = 4;

}  // namespace

TaskPlanner::TaskPlanner(Dispatcher& dispatcher, RecordingsInProgress& recordings,
                         const SpeedSettings& speed)
    : dispatcher_(dispatcher),
      recordings_(recordings),
      rests_(recordings.mixed_batch_rows()),
      claims_(kStretchTasks, speed.spread_models),
      sizer_(speed.task_seconds, speed.decode_ahead ? kReadAheadBatches : 1) {}

bool TaskPlanner::plan() {
  if (plan_full_mixed()) return true;
  const auto cut = [this](const Claims::Wanted& wanted) { return cut_task(wanted); };
  const bool nothing_new = holds_back_much();
  for (const SlotId slot : dispatcher_.slots_with_room()) {
    auto task = nothing_new ? claims_.earliest() : claims_.next(slot, cut);
    if (!task) continue;
    dispatcher_.submit(std::move(*task), slot);
    return true;
  }
  return plan_full_mixed();
}

bool TaskPlanner::share(bool all_known) {
  if (holds_back_much()) return false;
  const auto cut = [this](const Claims::Wanted& wanted) { return cut_task(wanted); };
  for (const SlotId slot : dispatcher_.slots_with_room()) {
    // While others may come, only for a worker that would have to wait.
    if (!all_known && !dispatcher_.holds_nothing(slot)) continue;
    auto task = claims_.share(slot, cut);
    if (!task) continue;
    dispatcher_.submit(std::move(*task), slot);
    return true;
  }
  return plan_full_mixed();
}

bool TaskPlanner::plan_waiting_rests(bool all_known) {
  if (rests_.empty() || dispatcher_.capacity() == 0) return false;
  if (!all_known && !dispatcher_.idle()) return false;
  dispatcher_.submit(rests_.take());
  return true;
}

// Of recordings that are mixed it takes many to fill a batch.
bool TaskPlanner::may_probe() const {
  const auto slots = static_cast<std::size_t>(dispatcher_.slot_count());
  const auto rows = static_cast<std::size_t>(std::max(rests_.most_batch_rows(), 1));
  return !holds_back_much() && recordings_.probing() < slots * rows + 1;
}

void TaskPlanner::observe(const TaskResult& result) {
  if (result.parts.empty()) return;
  std::int64_t bytes = 0;
  for (const ModelScores& part : result.parts) {
    for (const SegmentScores& segment : part.segments) bytes += bytes_of(segment);
  }
  sizer_.observe(std::ssize(result.parts.front().segments), result.wall_us, bytes);
}

void TaskPlanner::drop(std::int64_t position) {
  claims_.drop_recording(position);
  rests_.drop(position);
}

// Rests that are to be mixed are set aside.
std::optional<Task> TaskPlanner::cut_task(const Claims::Wanted& wanted) {
  auto task = recordings_.next_task(sizer_.task_size(), wanted);
  while (task && rests_.takes(*task)) {
    rests_.add(std::move(*task));
    task = recordings_.next_task(sizer_.task_size(), wanted);
  }
  return task;
}

bool TaskPlanner::plan_full_mixed() {
  auto mixed = rests_.take_full();
  if (!mixed) return false;
  dispatcher_.submit(std::move(*mixed));
  return true;
}

bool TaskPlanner::holds_back_much() const {
  return recordings_.held_back_bytes() >= kMaxHeldBackBytes;
}

}  // namespace rookery
