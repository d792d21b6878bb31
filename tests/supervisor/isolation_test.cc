#include "supervisor/isolation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace rookery {
namespace {

using ::testing::ElementsAre;

Batch batch_of(std::int64_t first, std::int64_t rows) {
  Batch batch;
  for (std::int64_t index = first; index < first + rows; ++index) {
    batch.segments.push_back({index, index, index + 1, index, index, index + 1});
  }
  return batch;
}

Task task_of(const std::vector<Batch>& batches) { return {1, {}, {}, {{{}, batches}}}; }

// A worker that segments kill, in forward or while they are read.
class Victim {
 public:
  std::set<std::int64_t> deadly_in_forward;
  std::set<std::int64_t> deadly_to_read;

  // What it noted last, if the task kills it.
  std::optional<BeaconNote> dies_of(const Task& task) {
    ++runs_;
    for (const Batch& batch : task.parts.front().batches) {
      if (auto note = dies_of(batch, task.parts.front().left_out)) return note;
    }
    return std::nullopt;
  }
  int runs() const { return runs_; }

 private:
  std::optional<BeaconNote> dies_of(const Batch& batch,
                                    const std::vector<std::int64_t>& left_out) const {
    const auto is_read = [&](const Segment& segment) {
      return std::ranges::find(left_out, segment.index) == left_out.end();
    };
    bool dies = false;
    for (const Segment& segment : batch.segments) {
      if (!is_read(segment)) continue;
      if (deadly_to_read.contains(segment.index)) {
        return BeaconNote{1, 0, segment.index, BeaconStage::kDecode};
      }
      dies = dies || deadly_in_forward.contains(segment.index);
    }
    if (!dies) return std::nullopt;
    return BeaconNote{1, 0, batch.segments.front().index, BeaconStage::kForward};
  }

  int runs_ = 0;
};

// What the task did without in the end; nullopt: it could not be helped.
std::optional<std::vector<std::int64_t>> isolated(Task task, Victim& victim) {
  Isolation isolation(task);
  while (true) {
    if (const auto note = victim.dies_of(task)) {
      if (!isolation.died(task, *note)) return std::nullopt;
    } else if (isolation.survived(task)) {
      return task.parts.front().left_out;
    }
  }
}

TEST(IsolationTest, LeavesOutTheOneRowThatKillsByTryingEach) {
  Victim victim;
  victim.deadly_in_forward = {6};
  EXPECT_THAT(*isolated(task_of({batch_of(4, 4)}), victim), ElementsAre(6));
  EXPECT_EQ(victim.runs(), 4) << "as it is, and without segment 4, 5 and 6";
}

TEST(IsolationTest, LeavesOutASegmentThatKillsWhileItIsReadAtOnce) {
  Victim victim;
  victim.deadly_to_read = {5, 6};
  EXPECT_THAT(*isolated(task_of({batch_of(4, 4)}), victim), ElementsAre(5, 6));
  EXPECT_EQ(victim.runs(), 3);
}

TEST(IsolationTest, NamesTheSegmentsOfBatchesOfOneInATaskOfMany) {
  Victim victim;
  victim.deadly_in_forward = {5, 7};
  EXPECT_THAT(
      *isolated(task_of({batch_of(4, 1), batch_of(5, 1), batch_of(6, 1), batch_of(7, 1)}), victim),
      ElementsAre(5, 7));
}

TEST(IsolationTest, LooksAtThePartThatTheBeaconNames) {
  Task task = task_of({batch_of(0, 1)});
  task.parts.push_back({{1, 0}, {batch_of(0, 1)}});
  Isolation isolation(task);
  ASSERT_TRUE(isolation.died(task, {1, 1, 0, BeaconStage::kForward}));
  EXPECT_TRUE(task.parts[0].left_out.empty());
  EXPECT_THAT(task.parts[1].left_out, ElementsAre(0));
}

TEST(IsolationTest, GivesUpWhatKillsWithNothingInIt) {
  Task task = task_of({batch_of(0, 3)});
  Isolation isolation(task);
  int deaths = 1;
  while (isolation.died(task, {1, 0, 0, BeaconStage::kForward})) ++deaths;
  EXPECT_EQ(deaths, 1 + 3 + 3 + 1) << "as it is, without each, with each alone, with none";
  Task nothing;
  EXPECT_FALSE(Isolation(nothing).died(nothing, {1, 0, 0, BeaconStage::kForward}));
}

RC_GTEST_PROP(IsolationProperty, LeavesOutAllThatKillsAndNothingElse, ()) {
  const auto rows = *rc::gen::inRange<std::int64_t>(1, 9);
  Victim victim;
  const auto some_rows = [&] {
    const auto drawn =
        *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, rows));
    return std::set<std::int64_t>(drawn.begin(), drawn.end());
  };
  victim.deadly_in_forward = some_rows();
  victim.deadly_to_read = some_rows();
  std::set<std::int64_t> deadly = victim.deadly_in_forward;
  deadly.insert(victim.deadly_to_read.begin(), victim.deadly_to_read.end());
  RC_PRE(!deadly.empty());
  const auto left_out = isolated(task_of({batch_of(0, rows)}), victim);
  RC_ASSERT(left_out.has_value());
  RC_ASSERT(std::set<std::int64_t>(left_out->begin(), left_out->end()) == deadly);
}

}  // namespace
}  // namespace rookery
