#include "supervisor/spread_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "supervisor/claims.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Task task_of(std::int64_t position, TaskId number, const std::vector<PassKey>& passes) {
  Task task{number, {position, "key", "path"}, {}, {}};
  for (const PassKey& pass : passes) task.parts.push_back({pass, {}});
  return task;
}

std::vector<PassKey> passes_of(const Task& task) {
  std::vector<PassKey> passes;
  for (const ModelWork& part : task.parts) passes.push_back(part.pass);
  return passes;
}

TEST(SpreadModels, EachModelGetsItsPartsInOrder) {
  const auto spread =
      by_model({task_of(0, 1, {{0, 1}, {0, 2}, {1, 1}, {1, 2}}), task_of(0, 2, {{1, 1}})});
  ASSERT_EQ(spread.size(), 2U);
  EXPECT_THAT(spread.at(0), ElementsAre(task_of(0, 1, {{0, 1}, {0, 2}})));
  EXPECT_THAT(spread.at(1), ElementsAre(task_of(0, 1, {{1, 1}, {1, 2}}), task_of(0, 2, {{1, 1}})));
}

// Recordings of so many tasks each, for all of some models.
class Recordings {
 public:
  Recordings(std::vector<int> lengths, std::int32_t models)
      : lengths_(std::move(lengths)), next_(lengths_.size(), 0) {
    for (std::int32_t model = 0; model < models; ++model) passes_.push_back({model, 0});
  }

  Claims::CutTask cutter() {
    return [this](const Claims::Wanted& wanted) -> std::optional<Task> {
      for (std::size_t i = 0; i < lengths_.size(); ++i) {
        const auto position = static_cast<std::int64_t>(i);
        if (next_[i] < lengths_[i] && wanted(position))
          return task_of(position, next_[i]++, passes_);
      }
      return std::nullopt;
    };
  }
  std::size_t parts() const {
    std::size_t tasks = 0;
    for (const int length : lengths_) tasks += static_cast<std::size_t>(length);
    return tasks * passes_.size();
  }

 private:
  std::vector<int> lengths_;
  std::vector<int> next_;
  std::vector<PassKey> passes_;
};

using Turn = std::pair<std::int32_t, TaskId>;  // model, number

std::vector<Turn> turns(Claims& claims, Recordings& recordings, SlotId slot, int count) {
  std::vector<Turn> taken;
  for (int i = 0; i < count; ++i) {
    auto task = claims.next(slot, recordings.cutter());
    if (!task) task = claims.share(slot, recordings.cutter());
    if (task) taken.emplace_back(passes_of(*task).front().model, task->id);
  }
  return taken;
}

constexpr bool kSpread = true;

TEST(SpreadModels, WorkersOfOneStretchEachTakeAModelAndKeepToIt) {
  Recordings recordings({6}, 2);
  Claims claims(2, kSpread);
  EXPECT_THAT(turns(claims, recordings, 0, 1), ElementsAre(Turn(0, 0)));
  EXPECT_THAT(turns(claims, recordings, 1, 3), ElementsAre(Turn(1, 0), Turn(1, 1), Turn(1, 2)));
  EXPECT_THAT(turns(claims, recordings, 0, 4),
              ElementsAre(Turn(0, 1), Turn(0, 2), Turn(0, 3), Turn(0, 4)));
  EXPECT_THAT(turns(claims, recordings, 1, 3), ElementsAre(Turn(1, 3), Turn(1, 4), Turn(1, 5)));
}

TEST(SpreadModels, AWorkerAloneDoesTheOtherModelWhenItsOwnIsDone) {
  Recordings recordings({4}, 2);
  Claims claims(2, kSpread);
  EXPECT_THAT(turns(claims, recordings, 0, 9),
              ElementsAre(Pair(0, 0), Pair(0, 1), Pair(0, 2), Pair(0, 3), Pair(1, 0), Pair(1, 1),
                          Pair(1, 2), Pair(1, 3)));
}

TEST(SpreadModels, WhatOfARecordingIsLeftComesBeforeAnotherRecording) {
  Recordings recordings({1, 1}, 2);
  Claims claims(2, kSpread);
  (void)claims.next(0, recordings.cutter());
  const auto next = claims.next(0, recordings.cutter());
  ASSERT_TRUE(next);
  EXPECT_EQ(next->recording.position, 0);
  EXPECT_THAT(passes_of(*next), ElementsAre(PassKey{1, 0}));
}

RC_GTEST_PROP(SpreadModelsProperty, EveryPartIsGivenOutOnceWhoeverAsksAndDies, ()) {
  Recordings recordings(*rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20)),
                        *rc::gen::inRange(1, 4));
  Claims claims(*rc::gen::inRange<std::size_t>(1, 10), kSpread);
  std::set<std::tuple<std::int64_t, std::int32_t, TaskId>> given;
  const auto take = [&given](const std::optional<Task>& task) {
    if (!task) return false;
    RC_ASSERT(task->parts.size() == 1U);
    RC_ASSERT(
        given.emplace(task->recording.position, task->parts.front().pass.model, task->id).second);
    return true;
  };
  const int steps = *rc::gen::inRange(0, 200);
  for (int step = 0; step < steps; ++step) {
    const SlotId slot = *rc::gen::inRange(0, 5);
    const int kind = *rc::gen::inRange(0, 8);
    if (kind == 0) {
      claims.worker_died(slot);
    } else if (kind == 1) {
      take(claims.earliest());
    } else if (kind == 2) {
      take(claims.share(slot, recordings.cutter()));
    } else {
      take(claims.next(slot, recordings.cutter()));
    }
  }
  while (take(claims.next(0, recordings.cutter())) || take(claims.share(0, recordings.cutter()))) {
  }
  RC_ASSERT(given.size() == recordings.parts());
}

}  // namespace
}  // namespace rookery
