#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "supervisor/dispatcher.h"
#include "tests/supervisor/dispatcher_work.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Place = std::pair<SlotId, std::int64_t>;

TEST(MixedDispatchTest, MixedTaskIsOneCreditAndEachOfItsTasksAnAnswer) {
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
    EXPECT_EQ(position_of(settled->item), task.recording.position);
    EXPECT_FALSE(dispatcher.settle(0, task.id));
  }
  EXPECT_THAT(places(dispatcher.assign()), ElementsAre(Place(0, 3)));
}

TEST(MixedDispatchTest, TasksOfAMixedOneThatDiedGoOnAloneAndOnlyTheDeadlyOneIsGivenUp) {
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
      const WorkDeath death = death_at(tasks_of(held.front()).front().id);
      held.clear();
      if (const auto culprit = dispatcher.worker_died(0, death)) {
        given_up.push_back(position_of(culprit->item));
      }
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

TEST(MixedDispatchTest, DroppedRecordingLeavesTheOthersOfItsMixedTask) {
  Dispatcher dispatcher(1, 1, 3);
  dispatcher.submit(mixed_of({0, 1}));
  dispatcher.submit(mixed_of({0, 2, 3}));
  dispatcher.worker_ready(0);
  (void)dispatcher.assign();
  dispatcher.drop_recording(0);
  EXPECT_FALSE(dispatcher.worker_died(0, death_at(1)));
  dispatcher.worker_ready(0);
  const std::vector<Assignment> first = dispatcher.assign();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(positions_of(first[0].item), ElementsAre(1));
  ASSERT_TRUE(dispatcher.settle(0, tasks_of(first[0].item).front().id));
  const std::vector<Assignment> second = dispatcher.assign();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_THAT(positions_of(second[0].item), ElementsAre(2, 3));
}

}  // namespace
}  // namespace rookery
