#include "supervisor/claims.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery {

std::optional<Task> Claims::next(SlotId slot, const CutTask& cut) {
  for (const std::optional<SlotId> whose : {std::optional(slot), std::optional<SlotId>()}) {
    const auto stretch = stretch_of(whose);
    if (stretch == stretches_.end()) continue;
    stretch->slot = slot;
    return take_first(stretch);
  }
  const auto own = [&](std::int64_t position) {
    const auto found = recordings_.find(position);
    return found != recordings_.end() && found->second == slot;
  };
  if (auto task = claim(slot, cut, own)) return task;
  return claim(slot, cut, [&](std::int64_t position) { return !recordings_.contains(position); });
}

std::optional<Task> Claims::share(SlotId slot, const CutTask& cut) {
  if (auto task = claim(slot, cut, [](std::int64_t) { return true; })) return task;
  return split_longest(slot);
}

std::optional<Task> Claims::earliest() {
  if (stretches_.empty()) return std::nullopt;
  return take_first(stretches_.begin());
}

void Claims::worker_died(SlotId slot) {
  for (Stretch& stretch : stretches_) {
    if (stretch.slot == slot) stretch.slot.reset();
  }
  std::erase_if(recordings_, [slot](const auto& one) { return one.second == slot; });
}

void Claims::drop_recording(std::int64_t position) {
  recordings_.erase(position);
  stretches_.remove_if([position](const Stretch& stretch) {
    return stretch.tasks.front().recording.position == position;
  });
}

std::optional<Task> Claims::claim(SlotId slot, const CutTask& cut, const Wanted& wanted) {
  std::optional<Task> first = cut(wanted);
  if (!first) return std::nullopt;
  const std::int64_t claimed = first->recording.position;
  recordings_.try_emplace(claimed, slot);
  Stretch rest{slot, {}};
  while (rest.tasks.size() + 1 < stretch_tasks_) {
    auto more = cut([claimed](std::int64_t position) { return position == claimed; });
    if (!more) break;
    rest.tasks.push_back(std::move(*more));
  }
  if (!rest.tasks.empty()) stretches_.push_back(std::move(rest));
  return first;
}

std::optional<Task> Claims::split_longest(SlotId slot) {
  const auto longest = std::ranges::max_element(
      stretches_, {}, [](const Stretch& stretch) { return stretch.tasks.size(); });
  if (longest == stretches_.end()) return std::nullopt;
  std::deque<Task>& tasks = longest->tasks;
  const auto middle = tasks.begin() + std::ssize(tasks) / 2;
  Stretch later{slot, {std::make_move_iterator(middle), std::make_move_iterator(tasks.end())}};
  tasks.erase(middle, tasks.end());
  const auto place = stretches_.insert(std::next(longest), std::move(later));
  if (longest->tasks.empty()) stretches_.erase(longest);
  return take_first(place);
}

Claims::Place Claims::stretch_of(std::optional<SlotId> slot) {
  return std::ranges::find(stretches_, slot, &Stretch::slot);
}

Task Claims::take_first(Place stretch) {
  Task task = std::move(stretch->tasks.front());
  stretch->tasks.pop_front();
  if (stretch->tasks.empty()) stretches_.erase(stretch);
  return task;
}

}  // namespace rookery
