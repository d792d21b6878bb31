#include "supervisor/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <stdexcept>

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

WorkItem probe_of(std::int64_t position) { return Probe{0, Recording{position, "key", "path"}}; }

// Of probes, which is what these tests submit where they say nothing else.
std::int64_t position_of(const WorkItem& item) { return std::get<Probe>(item).recording.position; }
std::int64_t position_of(const SingleWork& item) { return recording_of(item).position; }

TaskId id_of(const WorkItem& item) { return std::get<Probe>(item).id; }

WorkItem mixed_of(const std::vector<std::int64_t>& positions) {
  MixedTask mixed;
  for (const std::int64_t position : positions) {
    mixed.tasks.push_back({0, Recording{position, "key", "path"}, {}, {}});
  }
  return mixed;
}

// The tasks of a message: those of a mixed one, or the one that it is.
std::vector<Task> tasks_of(const WorkItem& item) {
  if (const auto* task = std::get_if<Task>(&item)) return {*task};
  return std::get<MixedTask>(item).tasks;
}

std::vector<std::int64_t> positions_of(const WorkItem& item) {
  std::vector<std::int64_t> positions;
  for (const Task& task : tasks_of(item)) positions.push_back(task.recording.position);
  return positions;
}

void submit_all(Dispatcher& dispatcher, const std::vector<std::int64_t>& positions) {
  for (const std::int64_t position : positions) dispatcher.submit(probe_of(position));
}

// (slot, recording) of each assignment, in order.
std::vector<std::pair<SlotId, std::int64_t>> places(const std::vector<Assignment>& assignments) {
  std::vector<std::pair<SlotId, std::int64_t>> places;
  places.reserve(assignments.size());
  for (const Assignment& a : assignments) places.emplace_back(a.slot, position_of(a.item));
  return places;
}

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
  EXPECT_FALSE(dispatcher.worker_died(0));
  EXPECT_THAT(dispatcher.assign(), IsEmpty());

  dispatcher.worker_ready(0);
  EXPECT_FALSE(dispatcher.settle(0, id_of(lost[0].item)));
  const std::vector<Assignment> again = dispatcher.assign();
  EXPECT_THAT(places(again), ElementsAre(Place(0, 0), Place(0, 1)));
  EXPECT_FALSE(dispatcher.settle(0, id_of(lost[0].item)));
  EXPECT_TRUE(dispatcher.settle(0, id_of(again[0].item)));
}

TEST(DispatcherTest, ItemIsGivenUpAtItsLastDeathWhileThoseBehindItAreNotCharged) {
  Dispatcher dispatcher(1, 2, 2);
  submit_all(dispatcher, {0, 1});
  for (int death = 1; death <= 2; ++death) {
    dispatcher.worker_ready(0);
    (void)dispatcher.assign();
    const std::optional<SingleWork> given_up = dispatcher.worker_died(0);
    ASSERT_EQ(given_up.has_value(), death == 2);
    EXPECT_TRUE(!given_up || position_of(*given_up) == 0);
  }
  // Item 1 was held at both deaths but worked on at none: it has two of its own.
  dispatcher.worker_ready(0);
  (void)dispatcher.assign();
  EXPECT_FALSE(dispatcher.worker_died(0));
  dispatcher.worker_ready(0);
  (void)dispatcher.assign();
  EXPECT_TRUE(dispatcher.worker_died(0));
  EXPECT_TRUE(dispatcher.idle());
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
  EXPECT_FALSE(dispatcher.worker_died(0)) << "neither the dropped one nor the one behind it";
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
  EXPECT_FALSE(dispatcher.worker_died(0));
  EXPECT_TRUE(dispatcher.idle());
}

TEST(DispatcherTest, MixedTaskIsOneCreditAndEachOfItsTasksAnAnswer) {
  Dispatcher dispatcher(1, 1, 3);
  dispatcher.worker_ready(0);
  dispatcher.submit(mixed_of({0, 1, 2}));
  submit_all(dispatcher, {3});
  const std::vector<Assignment> sent = dispatcher.assign();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_THAT(positions_of(sent[0].item), ElementsAre(0, 1, 2));
  for (const Task& task : tasks_of(sent[0].item)) {
    EXPECT_THAT(dispatcher.assign(), IsEmpty());
    const auto settled = dispatcher.settle(0, task.id);
    ASSERT_TRUE(settled);
    EXPECT_EQ(position_of(*settled), task.recording.position);
    EXPECT_FALSE(dispatcher.settle(0, task.id));
  }
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(0, 3)));
}

TEST(DispatcherTest, TasksOfAMixedOneThatDiedGoOnAloneAndOnlyTheDeadlyOneIsGivenUp) {
  Dispatcher dispatcher(1, 2, 2);
  dispatcher.submit(mixed_of({0, 1, 2}));
  dispatcher.submit(mixed_of({3, 4}));
  std::vector<std::vector<std::int64_t>> done;
  std::vector<std::int64_t> given_up;
  int deaths = 0;
  std::deque<WorkItem> held;
  while (!dispatcher.idle()) {
    dispatcher.worker_ready(0);
    for (const Assignment& sent : dispatcher.assign()) held.push_back(sent.item);
    const std::vector<std::int64_t> head = positions_of(held.front());
    if (std::ranges::find(head, 1) != head.end()) {
      ++deaths;
      held.clear();
      if (const auto culprit = dispatcher.worker_died(0)) given_up.push_back(position_of(*culprit));
      continue;
    }
    for (const Task& task : tasks_of(held.front())) ASSERT_TRUE(dispatcher.settle(0, task.id));
    held.pop_front();
    done.push_back(head);
  }
  EXPECT_THAT(given_up, ElementsAre(1));
  EXPECT_EQ(deaths, 3) << "one that says nothing of who it was, and two of its own";
  EXPECT_THAT(done, ElementsAre(ElementsAre(0), ElementsAre(2), ElementsAre(3, 4)));
}

TEST(DispatcherTest, DroppedRecordingLeavesTheOthersOfItsMixedTask) {
  Dispatcher dispatcher(1, 1, 3);
  dispatcher.submit(mixed_of({0, 1}));
  dispatcher.submit(mixed_of({0, 2, 3}));
  dispatcher.worker_ready(0);
  (void)dispatcher.assign();
  dispatcher.drop_recording(0);
  EXPECT_FALSE(dispatcher.worker_died(0));
  dispatcher.worker_ready(0);
  const std::vector<Assignment> first = dispatcher.assign();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(positions_of(first[0].item), ElementsAre(1));
  ASSERT_TRUE(dispatcher.settle(0, tasks_of(first[0].item).front().id));
  const std::vector<Assignment> second = dispatcher.assign();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_THAT(positions_of(second[0].item), ElementsAre(2, 3));
}

TEST(DispatcherTest, SlotThatDoesNotExistThrows) {
  Dispatcher dispatcher(1, 1, 1);
  EXPECT_THROW(dispatcher.worker_ready(1), std::out_of_range);
  EXPECT_THROW(dispatcher.worker_died(-1), std::out_of_range);
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
    const std::optional<SingleWork> item = dispatcher_.settle(slot, message.front());
    RC_ASSERT(item.has_value());
    message.pop_front();
    if (message.empty()) held_[slot].erase(held_[slot].begin());
    RC_ASSERT(ended_.insert(position_of(*item)).second);
  }

  void die(SlotId slot) {
    const auto lost = std::exchange(held_[slot], {});
    if (const auto given_up = dispatcher_.worker_died(slot)) {
      RC_ASSERT(ended_.insert(position_of(*given_up)).second);
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
