#include "supervisor/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace rookery {
namespace {

using ::testing::ElementsAre;

using Lengths = std::map<std::int64_t, int>;  // tasks of a recording

// Recordings of so many tasks each; a task's id is its number in its recording, from 0.
class Recordings {
 public:
  explicit Recordings(Lengths lengths) : lengths_(std::move(lengths)) {}

  std::optional<Task> cut(const Claims::Wanted& wanted) {
    for (const auto& [position, length] : lengths_) {
      if (next_[position] == length || !wanted(position)) continue;
      return Task{next_[position]++, {position, "key", "path"}, {}, {}};
    }
    return std::nullopt;
  }
  Claims::CutTask cutter() {
    return [this](const Claims::Wanted& wanted) { return cut(wanted); };
  }
  void drop(std::int64_t position) { lengths_.erase(position); }

 private:
  Lengths lengths_;
  std::map<std::int64_t, int> next_;
};

// (recording, number in it)
using Piece = std::pair<std::int64_t, TaskId>;

Piece piece_of(const std::optional<Task>& task) {
  return task ? Piece(task->recording.position, task->id) : Piece(-1, -1);
}
constexpr Piece kNothing(-1, -1);

TEST(Claims, SlotGoesOnWithItsRecordingAndThenTakesTheNextThatIsNobodys) {
  Recordings recordings(Lengths{{0, 3}, {1, 5}, {2, 1}});
  Claims claims(2);
  EXPECT_EQ(piece_of(claims.next(0, recordings.cutter())), Piece(0, 0));
  EXPECT_EQ(piece_of(claims.next(1, recordings.cutter())), Piece(1, 0));
  EXPECT_EQ(piece_of(claims.next(0, recordings.cutter())), Piece(0, 1));
  EXPECT_EQ(piece_of(claims.next(0, recordings.cutter())), Piece(0, 2));
  EXPECT_EQ(piece_of(claims.next(0, recordings.cutter())), Piece(2, 0));
  EXPECT_EQ(piece_of(claims.next(1, recordings.cutter())), Piece(1, 1));
}

TEST(Claims, NothingIsTakenFromOthersUnlessShared) {
  Recordings recordings(Lengths{{0, 9}});
  Claims claims(2);
  EXPECT_EQ(piece_of(claims.next(0, recordings.cutter())), Piece(0, 0));
  EXPECT_EQ(piece_of(claims.next(1, recordings.cutter())), kNothing);
  EXPECT_EQ(piece_of(claims.share(1, recordings.cutter())), Piece(0, 2));
}

TEST(Claims, SlotsThatShareARecordingEachTakeSeveralTasksInARow) {
  Recordings recordings(Lengths{{0, 12}});
  Claims claims(4);
  std::map<SlotId, std::vector<TaskId>> taken;
  for (int turn = 0; turn < 6; ++turn) {
    for (const SlotId slot : {0, 1}) {
      auto task = claims.next(slot, recordings.cutter());
      if (!task) task = claims.share(slot, recordings.cutter());
      taken[slot].push_back(piece_of(task).second);
    }
  }
  EXPECT_THAT(taken[0], ElementsAre(0, 1, 2, 3, 8, 9));
  EXPECT_THAT(taken[1], ElementsAre(4, 5, 6, 7, 10, 11))
      << "the last two are of the other's stretch";
}

TEST(Claims, WhatADeadWorkerLeftGoesToWhoeverComesFirst) {
  Recordings recordings(Lengths{{0, 6}});
  Claims claims(4);
  EXPECT_EQ(piece_of(claims.next(0, recordings.cutter())), Piece(0, 0));
  claims.worker_died(0);
  EXPECT_EQ(piece_of(claims.next(1, recordings.cutter())), Piece(0, 1));
  EXPECT_EQ(piece_of(claims.next(0, recordings.cutter())), Piece(0, 4)) << "a stretch of its own";
  EXPECT_EQ(piece_of(claims.next(1, recordings.cutter())), Piece(0, 2));
}

TEST(Claims, EarliestGoesThroughStretchesInARecordingsOrderWhoeverClaimedThem) {
  Recordings recordings(Lengths{{0, 8}});
  Claims claims(4);
  (void)claims.next(0, recordings.cutter());
  (void)claims.share(1, recordings.cutter());
  EXPECT_EQ(piece_of(claims.share(2, recordings.cutter())), Piece(0, 2)) << "half of the longest";
  std::vector<TaskId> rest;
  while (auto task = claims.earliest()) rest.push_back(task->id);
  EXPECT_THAT(rest, ElementsAre(1, 3, 5, 6, 7));
}

TEST(Claims, NothingOfADroppedRecordingIsGivenOut) {
  Recordings recordings(Lengths{{0, 4}, {1, 1}});
  Claims claims(4);
  (void)claims.next(0, recordings.cutter());
  recordings.drop(0);
  claims.drop_recording(0);
  EXPECT_EQ(piece_of(claims.next(0, recordings.cutter())), Piece(1, 0));
  EXPECT_EQ(piece_of(claims.share(0, recordings.cutter())), kNothing);
  EXPECT_FALSE(claims.earliest());
}

Lengths any_recordings() {
  Lengths lengths;
  const auto count = *rc::gen::inRange<std::int64_t>(0, 8);
  for (std::int64_t position = 0; position < count; ++position) {
    lengths[position] = *rc::gen::inRange(0, 40);
  }
  return lengths;
}

RC_GTEST_PROP(ClaimsProperty, EveryTaskIsGivenOutOnceWhoeverAsksAndDies, ()) {
  const Lengths lengths = any_recordings();
  Recordings recordings(lengths);
  Claims claims(*rc::gen::inRange<std::size_t>(1, 10));
  std::set<Piece> given;
  const auto take = [&given](const std::optional<Task>& task) {
    if (task) RC_ASSERT(given.insert(piece_of(task)).second);
    return task.has_value();
  };
  const int steps = *rc::gen::inRange(0, 200);
  for (int step = 0; step < steps; ++step) {
    const SlotId slot = *rc::gen::inRange(0, 5);
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        claims.worker_died(slot);
        break;
      case 1:
        take(claims.earliest());
        break;
      case 2:
        take(claims.share(slot, recordings.cutter()));
        break;
      default:
        take(claims.next(slot, recordings.cutter()));
    }
  }
  while (take(claims.next(0, recordings.cutter())) || take(claims.share(0, recordings.cutter()))) {
  }
  for (const auto& [position, length] : lengths) {
    for (TaskId number = 0; number < length; ++number)
      RC_ASSERT(given.contains({position, number}));
  }
}

}  // namespace
}  // namespace rookery
