#include "supervisor/run_latency.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

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

void expect_about(double seconds, double expected) {
  EXPECT_NEAR(seconds, expected, expected / 50);
}

TEST(RunLatency, SegmentsWeighTheirTask) {
  RunLatency latency;
  latency.handed_over({0, task(1)}, at(0));
  latency.handed_over({0, task(2)}, at(0));
  latency.answered(0, 1, 9, at(1));
  latency.answered(0, 2, 11, at(5));
  expect_about(latency.of_segments().p50, 5);
  latency.handed_over({0, task(3)}, at(5));
  latency.answered(0, 3, 3, at(6));
  expect_about(latency.of_segments().p50, 1);
  expect_about(latency.of_segments().p99, 5);
}

TEST(RunLatency, TasksOfAMixedOneHaveTheirOwnTimes) {
  RunLatency latency;
  MixedTask mixed;
  mixed.tasks = {task(1), task(2)};
  latency.handed_over({3, mixed}, at(10));
  latency.answered(3, 2, 1, at(12));
  expect_about(latency.of_segments().p99, 2);
  latency.answered(3, 1, 1, at(14));
  expect_about(latency.of_segments().p99, 4);
}

TEST(RunLatency, WorkOfADeadWorkerCountsFromItsNextHandOut) {
  RunLatency latency;
  latency.handed_over({0, task(1)}, at(0));
  latency.gone(0);
  latency.handed_over({1, task(2)}, at(100));
  latency.answered(0, 1, 50, at(101));  // nobody's: it was given up with the worker
  latency.answered(1, 2, 1, at(103));
  expect_about(latency.of_segments().p50, 3);
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
