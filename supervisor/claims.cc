#include "supervisor/claims.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "supervisor/spread_models.h"

namespace rookery {

std::optional<Task> Claims::next(SlotId slot, const CutTask& cut) {
  if (auto task = take(slot, [slot](const Stretch& one) { return one.slot == slot; })) return task;
  const auto left_of_its_model = [&](const Stretch& one) {
    return !one.slot && keeps_to(slot, one.model);
  };
  if (auto task = take(slot, left_of_its_model)) return task;
  const auto own = [&](std::int64_t position) {
    const auto found = recordings_.find(position);
    return found != recordings_.end() && found->second == slot;
  };
  if (auto task = claim(slot, cut, own)) return task;
  if (auto task = take(slot, [](const Stretch& one) { return !one.slot; })) return task;
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
  std::deque<Task> tasks;
  tasks.push_back(std::move(*first));
  while (tasks.size() < stretch_tasks_) {
    auto more = cut([claimed](std::int64_t position) { return position == claimed; });
    if (!more) break;
    tasks.push_back(std::move(*more));
  }
  return take_first(lay_out(slot, std::move(tasks)));
}

Claims::Place Claims::lay_out(SlotId slot, std::deque<Task> tasks) {
  if (!spread_models_) return stretches_.insert(stretches_.end(), {slot, 0, std::move(tasks)});
  auto chosen = stretches_.end();
  for (auto& [model, of_model] : by_model(std::move(tasks))) {
    const auto place = stretches_.insert(stretches_.end(), {{}, model, std::move(of_model)});
    const bool like_last = models_.contains(slot) && models_.at(slot) == model;
    if (chosen == stretches_.end() || like_last) chosen = place;
  }
  chosen->slot = slot;
  models_[slot] = chosen->model;
  return chosen;
}

bool Claims::keeps_to(SlotId slot, std::int32_t model) const {
  const auto last = models_.find(slot);
  return last == models_.end() || last->second == model;
}

std::optional<Task> Claims::split_longest(SlotId slot) {
  const auto longest = std::ranges::max_element(
      stretches_, {}, [](const Stretch& stretch) { return stretch.tasks.size(); });
  if (longest == stretches_.end()) return std::nullopt;
  std::deque<Task>& tasks = longest->tasks;
  const auto middle = tasks.begin() + std::ssize(tasks) / 2;
  Stretch later{slot,
                longest->model,
                {std::make_move_iterator(middle), std::make_move_iterator(tasks.end())}};
  tasks.erase(middle, tasks.end());
  models_[slot] = later.model;
  const auto place = stretches_.insert(std::next(longest), std::move(later));
  if (longest->tasks.empty()) stretches_.erase(longest);
  return take_first(place);
}

std::optional<Task> Claims::take(SlotId slot, const std::function<bool(const Stretch&)>& like) {
  const auto stretch = std::ranges::find_if(stretches_, like);
  if (stretch == stretches_.end()) return std::nullopt;
  stretch->slot = slot;
  models_[slot] = stretch->model;
  return take_first(stretch);
}

Task Claims::take_first(Place stretch) {
  Task task = std::move(stretch->tasks.front());
  stretch->tasks.pop_front();
  if (stretch->tasks.empty()) stretches_.erase(stretch);
  return task;
}

}  // namespace rookery
