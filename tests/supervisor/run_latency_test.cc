#include "supervisor/run_latency.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>
#include <vector>

namespace rookery {
namespace {

TimePoint at(int seconds) {
  return TimePoint(std::chrono::hours(1) + std::chrono::seconds(seconds));
}

Task task(TaskId id) {
  Task task;
  task.id = id;
  return task;
}

// With that many segments; `worker_us`: 0 if it is not known.
TaskResult result(TaskId id, std::size_t segments, std::int64_t worker_us = 0) {
  TaskResult result;
  result.id = id;
  result.parts = {{{}, std::vector<SegmentScores>(segments)}};
  result.wall_us = worker_us;
  return result;
}

void expect_about(double seconds, double expected) {
  EXPECT_NEAR(seconds, expected, expected / 50);
}

TEST(RunLatency, SegmentsWeighTheirTask) {
  RunLatency latency;
  latency.handed_over({0, task(1)}, at(0));
  latency.handed_over({0, task(2)}, at(0));
  latency.answered(0, result(1, 9), at(1));
  latency.answered(0, result(2, 11), at(5));
  expect_about(latency.of_segments().p50, 5);
  latency.handed_over({0, task(3)}, at(5));
  latency.answered(0, result(3, 3), at(6));
  expect_about(latency.of_segments().p50, 1);
  expect_about(latency.of_segments().p99, 5);
}

TEST(RunLatency, TasksOfAMixedOneHaveTheirOwnTimes) {
  RunLatency latency;
  MixedTask mixed;
  mixed.tasks = {task(1), task(2)};
  latency.handed_over({3, mixed}, at(10));
  latency.answered(3, result(2, 1), at(12));
  expect_about(latency.of_segments().p99, 2);
  latency.answered(3, result(1, 1), at(14));
  expect_about(latency.of_segments().p99, 4);
}

TEST(RunLatency, WorkOfADeadWorkerCountsFromItsNextHandOut) {
  RunLatency latency;
  latency.handed_over({0, task(1)}, at(0));
  latency.gone(0);
  latency.handed_over({1, task(2)}, at(100));
  latency.answered(0, result(1, 50), at(101));  // nobody's: it was given up with the worker
  latency.answered(1, result(2, 1), at(103));
  expect_about(latency.of_segments().p50, 3);
}

TEST(RunLatency, BatchesShareTheirTasksTimeInTheWorkerAlone) {
  RunLatency latency;
  Task three = task(1);
  three.parts.resize(2);
  three.parts[0].batches.resize(2);
  three.parts[1].batches.resize(1);
  latency.handed_over({0, three}, at(0));
  latency.answered(0, result(1, 24, 600'000), at(50));  // it waited for others most of that time
  expect_about(latency.of_batches().p50, 0.2);
  Task one = task(2);
  one.parts.resize(1);
  one.parts[0].batches.resize(1);
  latency.handed_over({0, one}, at(50));
  latency.answered(0, result(2, 8, 800'000), at(51));
  expect_about(latency.of_batches().p50, 0.2);
  expect_about(latency.of_batches().p99, 0.8);
}

TEST(RunLatency, KnowsNoTimesOfBatchesThatTasksShare) {
  RunLatency latency;
  MixedTask mixed;
  mixed.tasks = {task(1)};
  mixed.tasks[0].parts.resize(1);
  mixed.tasks[0].parts[0].batches.resize(1);
  latency.handed_over({0, mixed}, at(0));
  latency.answered(0, result(1, 1, 600'000), at(1));
  EXPECT_EQ(latency.of_batches(), Quantiles{});
}

TEST(RunLatency, ARecordingEndsOnce) {
  RunLatency latency;
  latency.admitted(7, at(0));
  latency.ended(7, at(2));
  latency.ended(7, at(50));
  latency.ended(8, at(50));
  expect_about(latency.of_recordings().p99, 2);
  EXPECT_EQ(latency.of_segments(), Quantiles{});
}

}  // namespace
}  // namespace rookery
