#include "supervisor/worker_care.h"

#include <fmt/format.h>

#include <utility>

#include "supervisor/work_size.h"

namespace rookery {
namespace {

constexpr std::chrono::seconds kInterval{1};

std::string in_words(const MemoryAdvice& advice, int all) {
  if (!advice.dispatch) return "memory runs short: no new work for now";
  return fmt::format("memory: work goes on with {} of {} workers", advice.workers, all);
}

}  // namespace

WorkerCare::WorkerCare(WorkerPool& pool, Dispatcher& dispatcher, RunObserver& observer,
                       WorkerCareSettings settings)
    : pool_(pool),
      dispatcher_(dispatcher),
      observer_(observer),
      settings_(std::move(settings)),
      deadlines_(pool.slot_count(), settings_.min_deadline_seconds),
      guard_(settings_.fewer_workers ? pool.slot_count() : 1),
      advice_{true, settings_.fewer_workers ? pool.slot_count() : 1} {}

void WorkerCare::assigned(const Assignment& assignment) {
  deadlines_.assigned(assignment.slot, size_of(assignment.item, settings_.forward_seconds));
}

void WorkerCare::answered(SlotId slot, TaskId id, TimePoint now) {
  deadlines_.answered(slot, id);
  const bool worn_out = ++records_[slot].tasks >= settings_.max_tasks && settings_.max_tasks > 0;
  if (worn_out || is_too_heavy(slot, now)) replace(slot);
}

bool WorkerCare::is_too_heavy(SlotId slot, TimePoint now) {
  Record& record = records_[slot];
  if (settings_.max_memory_bytes == 0 || now - record.weighed_at < kInterval) return false;
  record.weighed_at = now;
  return pool_.private_bytes(slot) > settings_.max_memory_bytes;
}

void WorkerCare::replace(SlotId slot) {
  const std::vector<SlotId> slots = pool_.retire(slot);
  replaced_ += std::ssize(slots);
  leave(slots);
}

void WorkerCare::leave(const std::vector<SlotId>& slots) {
  for (const SlotId slot : slots) {
    dispatcher_.worker_leaves(slot);
    // Of several in one process the first to be done waits for the others.
    if (slots.size() == 1) deadlines_.leaves(slot);
  }
}

void WorkerCare::gone(SlotId slot) {
  deadlines_.gone(slot);
  records_.erase(slot);
}

void WorkerCare::tick(TimePoint now) {
  for (const SlotId slot : deadlines_.tick(now)) pool_.kill(slot);
  if (!settings_.memory_rooms || now - guarded_at_ < kInterval) return;
  guarded_at_ = now;
  heed_memory(now);
}

void WorkerCare::heed_memory(TimePoint now) {
  const MemoryAdvice advice = guard_.look(settings_.memory_rooms(), now);
  if (advice == advice_) return;
  if (advice.workers != advice_.workers) {
    for (const SlotId slot : pool_.set_worker_count(advice.workers)) leave({slot});
  }
  if (advice.dispatch != advice_.dispatch) {
    const int all = pool_.slot_count();
    observer_.notice(
        in_words({advice.dispatch, settings_.fewer_workers ? advice.workers : all}, all));
  }
  advice_ = advice;
}

}  // namespace rookery
