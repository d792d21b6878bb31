#include "supervisor/task_deadlines.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rookery {
namespace {

// A host that others use slows down by a few times, not by this.
constexpr double kPatience = 20;
constexpr std::chrono::seconds kLongestStep{1};
// One piece in twenty may be far slower than the others without making hangs unseen.
constexpr double kUsualShare = 0.95;
// What is sent, received and looked up takes time whatever the model.
constexpr double kShortestForwardSeconds = 1e-3;

double forward_seconds(const WorkSize& work) {
  return std::max(work.forward_seconds, kShortestForwardSeconds);
}

double in_seconds(TimePoint::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

TaskDeadlines::TaskDeadlines(int slot_count, double min_seconds)
    : min_seconds_(min_seconds), slots_(static_cast<std::size_t>(slot_count)) {}

void TaskDeadlines::assigned(SlotId id, WorkSize work) {
  if (slot(id).held.empty()) slot(id).turn = now_;
  slot(id).held.push_back(std::move(work));
}

void TaskDeadlines::answered(SlotId id, TaskId task) {
  std::deque<WorkSize>& held = slot(id).held;
  const auto work = std::ranges::find_if(
      held, [task](const WorkSize& one) { return std::ranges::count(one.ids, task) > 0; });
  if (work == held.end()) return;
  std::erase(work->ids, task);
  if (!work->ids.empty()) return;
  if (work == held.begin()) {
    observe(*work, in_seconds(now_ - slot(id).turn));
    slot(id).turn = now_;
  }
  held.erase(work);
}

void TaskDeadlines::leaves(SlotId id) { assigned(id, {}); }

void TaskDeadlines::gone(SlotId id) { slot(id) = Slot{}; }

void TaskDeadlines::observe(const WorkSize& work, double seconds) {
  const double slowness = std::max(seconds / forward_seconds(work), 1.0);
  const auto bin = static_cast<std::size_t>(std::ceil(2 * std::log2(slowness)));
  ++slowness_[std::min(bin, slowness_.size() - 1)];
  ++observed_;
}

double TaskDeadlines::usual_slowness() const {
  const auto usual =
      static_cast<std::int64_t>(std::ceil(kUsualShare * static_cast<double>(observed_)));
  std::int64_t counted = 0;
  for (std::size_t bin = 0; bin < slowness_.size(); ++bin) {
    counted += slowness_[bin];
    if (counted >= usual) return std::exp2(static_cast<double>(bin) / 2);
  }
  return 1;
}

double TaskDeadlines::limit_seconds(const WorkSize& work) const {
  const double usual = usual_slowness() * forward_seconds(work);
  return std::max(min_seconds_, kPatience * usual + work.reading_seconds);
}

std::vector<SlotId> TaskDeadlines::tick(TimePoint now) {
  now_ += std::min<Duration>(now - ticked_.value_or(now), kLongestStep);
  ticked_ = now;
  std::vector<SlotId> late;
  for (SlotId id = 0; id < std::ssize(slots_); ++id) {
    Slot& one = slot(id);
    if (one.held.empty() || one.missed) continue;
    if (in_seconds(now_ - one.turn) < limit_seconds(one.held.front())) continue;
    one.missed = true;
    late.push_back(id);
  }
  return late;
}

}  // namespace rookery
