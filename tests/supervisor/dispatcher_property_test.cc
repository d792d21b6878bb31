#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <utility>

#include "supervisor/dispatcher.h"
#include "tests/supervisor/dispatcher_work.h"

namespace rookery {
namespace {

// Random work on a dispatcher, with a tally of what went where.
class Colony {
 public:
  Colony(int slots, int prefetch, int max_deaths)
      : slots_(slots), prefetch_(prefetch), dispatcher_(slots, prefetch, max_deaths) {}

  void submit() { dispatcher_.submit(probe_of(submitted_++)); }

  void submit_mixed(int count) {
    std::vector<std::int64_t> positions(static_cast<std::size_t>(count));
    for (std::int64_t& position : positions) position = submitted_++;
    dispatcher_.submit(mixed_of(positions));
  }

  void assign() {
    for (const Assignment& a : dispatcher_.assign()) {
      std::deque<TaskId> ids;
      if (std::holds_alternative<Probe>(a.item)) {
        ids.push_back(id_of(a.item));
      } else {
        for (const Task& task : tasks_of(a.item)) ids.push_back(task.id);
      }
      for (const TaskId id : ids) RC_ASSERT(ids_.insert(id).second);
      held_[a.slot].push_back(ids);
      RC_ASSERT(std::ssize(held_[a.slot]) <= prefetch_);
    }
  }

  void answer(SlotId slot) {
    if (held_[slot].empty()) return;
    std::deque<TaskId>& message = held_[slot].front();
    const std::optional<ChargedWork> item = dispatcher_.settle(slot, message.front());
    RC_ASSERT(item.has_value());
    message.pop_front();
    if (message.empty()) held_[slot].erase(held_[slot].begin());
    RC_ASSERT(ended_.insert(position_of(item->item)).second);
  }

  void die(SlotId slot) {
    const auto lost = std::exchange(held_[slot], {});
    WorkDeath death = lost.empty() ? idle_death() : death_at(lost.front().front());
    death.charged = *rc::gen::arbitrary<bool>();
    death.certain = *rc::gen::arbitrary<bool>();
    if (const auto given_up = dispatcher_.worker_died(slot, death)) {
      RC_ASSERT(ended_.insert(position_of(given_up->item)).second);
    }
    for (const auto& message : lost) {
      for (const TaskId id : message) RC_ASSERT(!dispatcher_.settle(slot, id).has_value());
    }
  }

  void ready(SlotId slot) { dispatcher_.worker_ready(slot); }

  void run_dry() {
    while (!dispatcher_.idle()) {
      for (SlotId slot = 0; slot < slots_; ++slot) ready(slot);
      assign();
      for (SlotId slot = 0; slot < slots_; ++slot) answer(slot);
    }
  }

  std::int64_t submitted() const { return submitted_; }
  std::int64_t ended() const { return std::ssize(ended_); }

 private:
  int slots_;
  int prefetch_;
  Dispatcher dispatcher_;
  std::int64_t submitted_ = 0;
  std::map<SlotId, std::vector<std::deque<TaskId>>> held_;  // by message
  std::set<TaskId> ids_;
  std::set<std::int64_t> ended_;
};

RC_GTEST_PROP(DispatcherProperty, EveryItemEndsExactlyOnceWhateverDies, ()) {
  const int slots = *rc::gen::inRange(1, 5);
  Colony colony(slots, *rc::gen::inRange(1, 4), *rc::gen::inRange(1, 4));
  const int steps = *rc::gen::inRange(0, 200);
  for (int step = 0; step < steps; ++step) {
    const SlotId slot = *rc::gen::inRange(0, slots);
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        colony.submit();
        break;
      case 4:
        colony.submit_mixed(*rc::gen::inRange(1, 5));
        break;
      case 1:
        colony.assign();
        break;
      case 2:
        colony.answer(slot);
        break;
      case 3:
        colony.die(slot);
        break;
      default:
        colony.ready(slot);
    }
  }
  colony.run_dry();
  RC_ASSERT(colony.ended() == colony.submitted());
}

}  // namespace
}  // namespace rookery
