#include "supervisor/dispatcher.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

namespace rookery {
Dispatcher::Dispatcher(int slot_count, int prefetch, int max_deaths)
    : prefetch_(prefetch), max_deaths_(max_deaths), slots_(static_cast<std::size_t>(slot_count)) {}

void Dispatcher::give_new_id(SingleWork& item) {
  std::visit([this](auto& work) { work.id = next_id_++; }, item);
}

void Dispatcher::submit(WorkItem item, std::optional<SlotId> preferred) {
  if (auto* mixed = std::get_if<MixedTask>(&item)) {
    ++last_mix_;
    for (Task& task : mixed->tasks) enqueue({.item = std::move(task), .mix = last_mix_});
  } else if (auto* task = std::get_if<Task>(&item)) {
    enqueue({.item = std::move(*task), .preferred = preferred});
  } else {
    enqueue({.item = std::get<Probe>(std::move(item)), .preferred = preferred});
  }
}

void Dispatcher::enqueue(ChargedWork charged) {
  give_new_id(charged.item);
  queue_.push_back(std::move(charged));
}

std::size_t Dispatcher::first_message(const std::deque<ChargedWork>& items) {
  if (items.empty() || items.front().mix == 0) return std::min<std::size_t>(items.size(), 1);
  const auto other = std::ranges::find_if(
      items, [&](const ChargedWork& item) { return item.mix != items.front().mix; });
  return static_cast<std::size_t>(other - items.begin());
}

int Dispatcher::message_count(const std::deque<ChargedWork>& items) {
  int count = 0;
  std::int64_t mix = 0;
  for (const ChargedWork& item : items) {
    if (item.mix == 0 || item.mix != mix) ++count;
    mix = item.mix;
  }
  return count;
}

WorkItem Dispatcher::as_message(const std::deque<ChargedWork>& items) {
  if (items.size() == 1) {
    return std::visit([](const auto& work) -> WorkItem { return work; }, items.front().item);
  }
  MixedTask mixed;
  for (const ChargedWork& one : items) mixed.tasks.push_back(std::get<Task>(one.item));
  return mixed;
}

int Dispatcher::free_places(const Slot& slot) const {
  return slot.ready ? prefetch_ - message_count(slot.held) : 0;
}

int Dispatcher::capacity() const {
  int places = 0;
  for (const Slot& slot : slots_) places += free_places(slot);
  return std::max(0, places - message_count(queue_));
}

std::vector<SlotId> Dispatcher::slots_with_room() const {
  std::vector<SlotId> slots;
  for (SlotId id = 0; id < std::ssize(slots_); ++id) {
    if (free_places(slot(id)) > 0) slots.push_back(id);
  }
  std::ranges::stable_sort(slots, std::greater(),
                           [this](SlotId id) { return free_places(slot(id)); });
  return slots;
}

bool Dispatcher::holds_nothing(SlotId slot_id) const { return slot(slot_id).held.empty(); }

Dispatcher::Slot* Dispatcher::place_for(const ChargedWork& charged) {
  if (charged.preferred && free_places(slot(*charged.preferred)) > 0) {
    return &slot(*charged.preferred);
  }
  const auto least_loaded =
      std::ranges::max_element(slots_, {}, [this](const Slot& slot) { return free_places(slot); });
  if (least_loaded == slots_.end() || free_places(*least_loaded) == 0) return nullptr;
  return &*least_loaded;
}

std::vector<Assignment> Dispatcher::assign() {
  std::vector<Assignment> assignments;
  while (!queue_.empty()) {
    const bool exclusive = queue_.front().exclusive;
    if (runs_exclusive() || (exclusive && in_flight() > 0)) break;
    Slot* const place = place_for(queue_.front());
    if (place == nullptr) break;
    const std::deque<ChargedWork> message = take_first_message();
    assignments.push_back({static_cast<SlotId>(place - slots_.data()), as_message(message)});
    place->held.insert(place->held.end(), message.begin(), message.end());
  }
  return assignments;
}

std::deque<ChargedWork> Dispatcher::take_first_message() {
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(first_message(queue_));
  std::deque<ChargedWork> message(std::make_move_iterator(queue_.begin()),
                                  std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return message;
}

void Dispatcher::worker_ready(SlotId slot_id) { slot(slot_id).ready = true; }

bool Dispatcher::runs_exclusive() const {
  return std::ranges::any_of(
      slots_, [](const Slot& slot) { return !slot.held.empty() && slot.held.front().exclusive; });
}

std::optional<ChargedWork> Dispatcher::settle(SlotId slot_id, TaskId id) {
  std::deque<ChargedWork>& held = slot(slot_id).held;
  const auto answered = std::ranges::find_if(
      held, [id](const ChargedWork& charged) { return id_of(charged.item) == id; });
  if (answered == held.end()) return std::nullopt;
  ChargedWork work = std::move(*answered);
  held.erase(answered);
  if (work.dropped || !work.isolation || work.isolation->survived(std::get<Task>(work.item))) {
    return work;
  }
  requeue_first({std::move(work)});
  return std::nullopt;
}

std::optional<ChargedWork> Dispatcher::worker_died(SlotId slot_id, const WorkDeath& death) {
  Aftermath aftermath = after_death(std::exchange(slot(slot_id), Slot{}).held, death, max_deaths_);
  requeue_first(std::move(aftermath.again));
  return std::move(aftermath.given_up);
}

void Dispatcher::worker_leaves(SlotId slot_id) { slot(slot_id).ready = false; }

void Dispatcher::worker_left(SlotId slot_id) {
  std::deque<ChargedWork> unfinished = std::exchange(slot(slot_id), Slot{}).held;
  std::erase_if(unfinished, [](const ChargedWork& one) { return one.dropped; });
  requeue_first(std::move(unfinished));
}

void Dispatcher::requeue_first(std::deque<ChargedWork> work) {
  for (ChargedWork& one : work) give_new_id(one.item);
  queue_.insert(queue_.begin(), std::make_move_iterator(work.begin()),
                std::make_move_iterator(work.end()));
}

void Dispatcher::drop_recording(std::int64_t position) {
  const auto belongs = [position](const ChargedWork& charged) {
    return recording_of(charged.item).position == position;
  };
  std::erase_if(queue_, belongs);
  for (Slot& slot : slots_) {
    for (ChargedWork& held : slot.held) held.dropped = held.dropped || belongs(held);
  }
}

int Dispatcher::in_flight() const {
  std::size_t held = 0;
  for (const Slot& slot : slots_) held += slot.held.size();
  return static_cast<int>(held);
}

bool Dispatcher::only_at_work(SlotId slot_id) const {
  return in_flight() == static_cast<int>(slot(slot_id).held.size());
}

bool Dispatcher::idle() const {
  return queue_.empty() && std::all_of(slots_.begin(), slots_.end(),
                                       [](const Slot& slot) { return slot.held.empty(); });
}

}  // namespace rookery
