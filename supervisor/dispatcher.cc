#include "supervisor/dispatcher.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

namespace rookery {
namespace {

TaskId id_of(const SingleWork& item) {
  return std::visit([](const auto& work) { return work.id; }, item);
}

}  // namespace

const Recording& recording_of(const SingleWork& item) {
  return std::visit([](const auto& work) -> const Recording& { return work.recording; }, item);
}

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

void Dispatcher::enqueue(Charged charged) {
  give_new_id(charged.item);
  queue_.push_back(std::move(charged));
}

std::size_t Dispatcher::first_message(const std::deque<Charged>& items) {
  if (items.empty() || items.front().mix == 0) return std::min<std::size_t>(items.size(), 1);
  const auto other = std::ranges::find_if(
      items, [&](const Charged& item) { return item.mix != items.front().mix; });
  return static_cast<std::size_t>(other - items.begin());
}

int Dispatcher::message_count(const std::deque<Charged>& items) {
  int count = 0;
  std::int64_t mix = 0;
  for (const Charged& item : items) {
    if (item.mix == 0 || item.mix != mix) ++count;
    mix = item.mix;
  }
  return count;
}

WorkItem Dispatcher::as_message(const std::deque<Charged>& items) {
  if (items.size() == 1) {
    return std::visit([](const auto& work) -> WorkItem { return work; }, items.front().item);
  }
  MixedTask mixed;
  for (const Charged& one : items) mixed.tasks.push_back(std::get<Task>(one.item));
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

Dispatcher::Slot* Dispatcher::place_for(const Charged& charged) {
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
    Slot* const place = place_for(queue_.front());
    if (place == nullptr) break;
    const std::deque<Charged> message = take_first_message();
    assignments.push_back({static_cast<SlotId>(place - slots_.data()), as_message(message)});
    place->held.insert(place->held.end(), message.begin(), message.end());
  }
  return assignments;
}

std::deque<Dispatcher::Charged> Dispatcher::take_first_message() {
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(first_message(queue_));
  std::deque<Charged> message(std::make_move_iterator(queue_.begin()),
                              std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return message;
}

void Dispatcher::worker_ready(SlotId slot_id) { slot(slot_id).ready = true; }

std::optional<SingleWork> Dispatcher::settle(SlotId slot_id, TaskId id) {
  std::deque<Charged>& held = slot(slot_id).held;
  const auto answered = std::find_if(
      held.begin(), held.end(), [id](const Charged& charged) { return id_of(charged.item) == id; });
  if (answered == held.end()) return std::nullopt;
  SingleWork item = std::move(answered->item);
  held.erase(answered);
  return item;
}

void Dispatcher::blame_head(std::deque<Charged>& orphans) {
  if (orphans.empty()) return;
  if (orphans.front().mix == 0) {
    ++orphans.front().deaths;
    return;
  }
  const std::size_t count = first_message(orphans);
  for (std::size_t i = 0; i < count; ++i) orphans[i].mix = 0;
}

std::optional<SingleWork> Dispatcher::worker_died(SlotId slot_id) {
  std::deque<Charged> orphans = std::exchange(slot(slot_id), Slot{}).held;
  blame_head(orphans);
  std::erase_if(orphans, [](const Charged& orphan) { return orphan.dropped; });

  std::optional<SingleWork> given_up;
  if (!orphans.empty() && orphans.front().deaths >= max_deaths_) {
    given_up = std::move(orphans.front().item);
    orphans.pop_front();
  }
  requeue(std::move(orphans));
  return given_up;
}

void Dispatcher::requeue(std::deque<Charged> orphans) {
  for (Charged& orphan : orphans) give_new_id(orphan.item);
  queue_.insert(queue_.begin(), std::make_move_iterator(orphans.begin()),
                std::make_move_iterator(orphans.end()));
}

void Dispatcher::worker_leaves(SlotId slot_id) { slot(slot_id).ready = false; }

void Dispatcher::worker_left(SlotId slot_id) {
  std::deque<Charged> orphans = std::exchange(slot(slot_id), Slot{}).held;
  std::erase_if(orphans, [](const Charged& orphan) { return orphan.dropped; });
  requeue(std::move(orphans));
}

void Dispatcher::drop_recording(std::int64_t position) {
  const auto belongs = [position](const Charged& charged) {
    return recording_of(charged.item).position == position;
  };
  std::erase_if(queue_, belongs);
  for (Slot& slot : slots_) {
    for (Charged& held : slot.held) held.dropped = held.dropped || belongs(held);
  }
}

int Dispatcher::in_flight() const {
  std::size_t held = 0;
  for (const Slot& slot : slots_) held += slot.held.size();
  return static_cast<int>(held);
}

bool Dispatcher::idle() const {
  return queue_.empty() && std::all_of(slots_.begin(), slots_.end(),
                                       [](const Slot& slot) { return slot.held.empty(); });
}

}  // namespace rookery
