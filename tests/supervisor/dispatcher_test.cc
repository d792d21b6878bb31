#include "supervisor/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <stdexcept>

#include "tests/supervisor/dispatcher_work.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Place = std::pair<SlotId, std::int64_t>;

TEST(DispatcherTest, SlotGetsNothingBeforeItIsReady) {
  Dispatcher dispatcher(2, 2, 3);
  submit_all(dispatcher, {0});
  EXPECT_EQ(dispatcher.capacity(), 0);
  EXPECT_THAT(dispatcher.assign(), IsEmpty());
  dispatcher.worker_ready(1);
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(1, 0)));
}

TEST(DispatcherTest, QueueOrderGoesToTheLeastLoadedSlotUpToThePrefetch) {
  Dispatcher dispatcher(2, 2, 3);
  dispatcher.worker_ready(0);
  dispatcher.worker_ready(1);
  submit_all(dispatcher, {0, 1, 2, 3, 4});
  EXPECT_THAT(places(dispatcher.assign()),
              ElementsAre(Place(0, 0), Place(1, 1), Place(0, 2), Place(1, 3)));
  EXPECT_THAT(dispatcher.assign(), IsEmpty());
}

TEST(DispatcherTest, AnswerMakesRoomInItsSlot) {
  Dispatcher dispatcher(2, 1, 3);
  dispatcher.worker_ready(0);
  dispatcher.worker_ready(1);
  submit_all(dispatcher, {0, 1, 2});
  const std::vector<Assignment> first = dispatcher.assign();
  ASSERT_TRUE(dispatcher.settle(1, id_of(first[1].item)));
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(1, 2)));
}

TEST(DispatcherTest, ItemGoesToTheSlotItPrefersAndElsewhereOnlyWhenThatIsFull) {
  Dispatcher dispatcher(2, 2, 3);
  dispatcher.worker_ready(0);
  dispatcher.worker_ready(1);
  for (const std::int64_t position : {0, 1, 2}) dispatcher.submit(probe_of(position), SlotId{1});
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(1, 0), Place(1, 1), Place(0, 2)));
}

TEST(DispatcherTest, SlotsWithRoomAreToldLeastLoadedFirst) {
  Dispatcher dispatcher(4, 2, 3);
  for (const SlotId slot : {0, 1, 2}) dispatcher.worker_ready(slot);
  for (const SlotId slot : {0, 1, 1}) dispatcher.submit(probe_of(0), slot);
  (void)dispatcher.assign();
  EXPECT_THAT(dispatcher.slots_with_room(), ElementsAre(2, 0));
  EXPECT_TRUE(dispatcher.holds_nothing(2));
  EXPECT_FALSE(dispatcher.holds_nothing(0));
}

TEST(DispatcherTest, CapacityIsTheRoomThatNoQueuedItemWillTake) {
  Dispatcher dispatcher(3, 2, 3);
  EXPECT_EQ(dispatcher.capacity(), 0);
  dispatcher.worker_ready(0);
  dispatcher.worker_ready(2);
  EXPECT_EQ(dispatcher.capacity(), 4);
  submit_all(dispatcher, {0});
  EXPECT_EQ(dispatcher.capacity(), 3);
  (void)dispatcher.assign();
  EXPECT_EQ(dispatcher.capacity(), 3);
  submit_all(dispatcher, {1, 2, 3, 4, 5});
  EXPECT_EQ(dispatcher.capacity(), 0);
}

TEST(DispatcherTest, SlotThatLeavesKeepsWhatItHoldsAndGetsNoMore) {
  Dispatcher dispatcher(1, 2, 1);
  dispatcher.worker_ready(0);
  submit_all(dispatcher, {0, 1});
  const std::vector<Assignment> first = dispatcher.assign();
  dispatcher.worker_leaves(0);
  EXPECT_EQ(dispatcher.capacity(), 0);
  EXPECT_TRUE(dispatcher.settle(0, id_of(first[0].item)));
  submit_all(dispatcher, {2});
  EXPECT_THAT(dispatcher.assign(), IsEmpty());
  // What it did not answer is done again, first, and is not held against it.
  dispatcher.worker_left(0);
  EXPECT_EQ(dispatcher.in_flight(), 0);
  dispatcher.worker_ready(0);
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(0, 1), Place(0, 2)));
}

TEST(DispatcherTest, AnswerIsSettledOnceAndOnlyFromTheSlotThatHoldsIt) {
  Dispatcher dispatcher(2, 1, 3);
  dispatcher.worker_ready(0);
  dispatcher.worker_ready(1);
  submit_all(dispatcher, {0, 1});
  const TaskId id = id_of(dispatcher.assign()[0].item);
  EXPECT_FALSE(dispatcher.settle(1, id));
  EXPECT_TRUE(dispatcher.settle(0, id));
  EXPECT_FALSE(dispatcher.settle(0, id));
}

TEST(DispatcherTest, WorkOfADeadWorkerGoesFirstInOrderUnderNewIds) {
  Dispatcher dispatcher(1, 2, 3);
  dispatcher.worker_ready(0);
  submit_all(dispatcher, {0, 1, 2});
  const std::vector<Assignment> lost = dispatcher.assign();
  EXPECT_FALSE(dispatcher.worker_died(0, death_at(id_of(lost[0].item))));
  EXPECT_THAT(dispatcher.assign(), IsEmpty());

  dispatcher.worker_ready(0);
  EXPECT_FALSE(dispatcher.settle(0, id_of(lost[0].item)));
  const std::vector<Assignment> again = dispatcher.assign();
  EXPECT_THAT(places(again), ElementsAre(Place(0, 0), Place(0, 1)));
  EXPECT_FALSE(dispatcher.settle(0, id_of(lost[0].item)));
  EXPECT_TRUE(dispatcher.settle(0, id_of(again[0].item)));
}

TEST(DispatcherTest, ProbeIsGivenUpAtItsLastDeathWhileThoseBehindItAreNotCharged) {
  Dispatcher dispatcher(1, 2, 2);
  submit_all(dispatcher, {0, 1});
  const auto die_at_head = [&] {
    dispatcher.worker_ready(0);
    return dispatcher.worker_died(0, death_at(id_of(dispatcher.assign().front().item)));
  };
  EXPECT_FALSE(die_at_head());
  const std::optional<ChargedWork> given_up = die_at_head();
  ASSERT_TRUE(given_up);
  EXPECT_EQ(position_of(given_up->item), 0);
  // Item 1 was held at both deaths but worked on at none: it has two of its own.
  EXPECT_FALSE(die_at_head());
  EXPECT_TRUE(die_at_head());
  EXPECT_TRUE(dispatcher.idle());
}

TEST(DispatcherTest, DeathsFromOutsideAreNotCharged) {
  Dispatcher dispatcher(1, 2, 1);
  submit_all(dispatcher, {0, 1});
  for (int death = 0; death < 10; ++death) {
    dispatcher.worker_ready(0);
    EXPECT_FALSE(dispatcher.worker_died(0, kill_at(id_of(dispatcher.assign().front().item))));
    dispatcher.worker_ready(0);
    (void)dispatcher.assign();
    EXPECT_FALSE(dispatcher.worker_died(0, idle_death()));
  }
  dispatcher.worker_ready(0);
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(0, 0), Place(0, 1)));
}

TEST(DispatcherTest, OneOfSeveralSuspectsGoesOnWithNothingElseInFlight) {
  Dispatcher dispatcher(2, 1, 1);
  for (const SlotId slot : {0, 1}) dispatcher.worker_ready(slot);
  submit_all(dispatcher, {0, 1, 2});
  const std::vector<Assignment> both = dispatcher.assign();
  for (const Assignment& one : both) {
    WorkDeath death = death_at(id_of(one.item));
    death.certain = false;
    EXPECT_FALSE(dispatcher.worker_died(one.slot, death));
  }
  for (const SlotId slot : {0, 1}) dispatcher.worker_ready(slot);
  std::vector<std::vector<std::int64_t>> in_flight;
  while (!dispatcher.idle()) {
    std::vector<std::int64_t> together;
    const std::vector<Assignment> sent = dispatcher.assign();
    for (const Assignment& one : sent) together.push_back(position_of(one.item));
    for (const Assignment& one : sent) ASSERT_TRUE(dispatcher.settle(one.slot, id_of(one.item)));
    in_flight.push_back(together);
  }
  EXPECT_THAT(in_flight, ElementsAre(ElementsAre(1), ElementsAre(0), ElementsAre(2)));
}

TEST(DispatcherTest, DroppedRecordingLeavesTheQueueAndNothingElseDoes) {
  Dispatcher dispatcher(1, 4, 3);
  submit_all(dispatcher, {0, 1, 0, 2});
  dispatcher.drop_recording(0);
  dispatcher.worker_ready(0);
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(0, 1), Place(0, 2)));
}

TEST(DispatcherTest, DroppedRecordingInFlightIsSettledByItsAnswer) {
  Dispatcher dispatcher(1, 1, 3);
  dispatcher.worker_ready(0);
  submit_all(dispatcher, {0});
  const TaskId id = id_of(dispatcher.assign()[0].item);
  dispatcher.drop_recording(0);
  EXPECT_FALSE(dispatcher.idle());
  EXPECT_TRUE(dispatcher.settle(0, id));
  EXPECT_TRUE(dispatcher.idle());
}

TEST(DispatcherTest, DroppedRecordingEndsWithTheWorkerThatHeldIt) {
  Dispatcher dispatcher(1, 2, 1);
  dispatcher.worker_ready(0);
  submit_all(dispatcher, {0, 1});
  (void)dispatcher.assign();
  dispatcher.drop_recording(0);
  EXPECT_FALSE(dispatcher.worker_died(0, death_at(1)))
      << "neither the dropped one nor the one behind it";
  dispatcher.worker_ready(0);
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(0, 1)));
}

TEST(DispatcherTest, DroppedRecordingStaysDroppedWhenAnotherIs) {
  Dispatcher dispatcher(1, 2, 3);
  dispatcher.worker_ready(0);
  submit_all(dispatcher, {0, 1});
  (void)dispatcher.assign();
  dispatcher.drop_recording(0);
  dispatcher.drop_recording(1);
  EXPECT_FALSE(dispatcher.worker_died(0, death_at(1)));
  EXPECT_TRUE(dispatcher.idle());
}

TEST(DispatcherTest, SlotThatDoesNotExistThrows) {
  Dispatcher dispatcher(1, 1, 1);
  EXPECT_THROW(dispatcher.worker_ready(1), std::out_of_range);
  EXPECT_THROW(dispatcher.worker_died(-1, idle_death()), std::out_of_range);
}

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
