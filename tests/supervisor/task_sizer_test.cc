// How much of a recording a task takes.
#include "supervisor/task_sizer.h"

#include <gtest/gtest.h>

#include "supervisor/planner.h"
#include "tests/supervisor/core_generators.h"

namespace rookery {
namespace {

using ::rookery::testing::properties_of;

// A segment a sample.
SegmentGeometry one_by_one() {
  SegmentGeometry geometry;
  geometry.sample_rate = rookery::testing::kSampleRate;
  geometry.window = 1;
  geometry.hop = 1;
  geometry.tail = Tail::kDrop;
  return geometry;
}

TEST(TaskSize, TakesSoManyBatchesAtLeastThoughTheyHoldMoreThanTheLimit) {
  RecordingPlan plan(one_by_one(), properties_of(40), 8);
  EXPECT_EQ(plan.next_batches({3, 2}).size(), 2U);
  EXPECT_EQ(RecordingPlan(plan).next_batches({24, 2}).size(), 3U);
  EXPECT_EQ(plan.next_batches({3, 4}).size(), 3U);
  EXPECT_TRUE(plan.exhausted());
}

TEST(TaskSize, TakesWholeBatchesUpToTheLimitButAtLeastOne) {
  RecordingPlan plan(one_by_one(), properties_of(21), 8);
  EXPECT_EQ(plan.next_batches({3}).size(), 1U);
  EXPECT_EQ(plan.next_segment(), 8);
  EXPECT_EQ(RecordingPlan(plan).next_batches({11}).size(), 1U);
  EXPECT_EQ(plan.next_batches({12}).size(), 2U);
  EXPECT_EQ(plan.next_segment(), 20);
  EXPECT_EQ(plan.next_batches({100}).size(), 1U);
  EXPECT_TRUE(plan.exhausted());
}

TEST(TaskSize, HoldsNoBatchMoreThanThereMayBeSegmentsThoughOneAtLeast) {
  RecordingPlan plan(one_by_one(), properties_of(80), 8);
  EXPECT_EQ(RecordingPlan(plan).next_batches({.segments = 80, .most_segments = 23}).size(), 2U);
  EXPECT_EQ(RecordingPlan(plan).next_batches({.batches = 4, .most_segments = 24}).size(), 3U);
  EXPECT_EQ(plan.next_batches({.segments = 80, .batches = 4, .most_segments = 0}).size(), 1U);
}

TEST(TaskSizer, BeginsWithOneBatchThenFollowsTheTimeOfASegment) {
  TaskSizer sizer(2.0, 4);
  EXPECT_EQ(sizer.task_size().segments, 1);
  EXPECT_EQ(sizer.task_size().batches, 1) << "nothing is known of its answers";
  sizer.observe(10, 100'000, 0);
  EXPECT_EQ(sizer.task_size().segments, 200);
  EXPECT_EQ(sizer.task_size().batches, 4);
}

TEST(TaskSizer, MakesNoTaskWhoseAnswerWouldFillHalfAMessage) {
  TaskSizer sizer(2.0, 4);
  sizer.observe(8, 1'000, 8 * (4 << 20));
  EXPECT_EQ(sizer.task_size().most_segments, 8);
  sizer.observe(8, 1'000, 8);
  EXPECT_EQ(sizer.task_size().most_segments, 8) << "the largest answer counts";
}

}  // namespace
}  // namespace rookery
