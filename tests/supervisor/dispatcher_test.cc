#include "supervisor/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace rookery
