// Start-up ends for each worker when it is first ready; a run's is the mean.
#include "supervisor/workers_start.h"

#include <gtest/gtest.h>

#include "supervisor/run_loop.h"
#include "tests/fakes/fake_clock.h"
#include "tests/listed.h"
#include "tests/supervisor/made_up_work.h"

namespace rookery {
namespace {

using std::chrono::seconds;

const TimePoint kBegin{seconds(1'000)};

TEST(WorkersStart, IsTheMeanSoThatTheRestIsWhatAWorkerHadForItsWork) {
  WorkersStart start(2);
  start.ready(0, kBegin + seconds(1));
  start.ready(1, kBegin + seconds(4));
  const TimePoint end = kBegin + seconds(10);
  EXPECT_EQ(2 * (end - start.mean(end)), seconds(9) + seconds(6));
}

TEST(WorkersStart, HasASuccessorForNoStart) {
  WorkersStart start(1);
  start.ready(0, kBegin + seconds(1));
  start.ready(0, kBegin + seconds(8));
  EXPECT_EQ(start.mean(kBegin + seconds(10)), kBegin + seconds(1));
}

TEST(WorkersStart, GivesNoTimeForWorkToOneThatDidNotComeUp) {
  WorkersStart start(2);
  const TimePoint end = kBegin + seconds(10);
  EXPECT_EQ(start.mean(end), end);
  start.ready(1, kBegin);
  EXPECT_EQ(start.mean(end), kBegin + seconds(5));
}

// Of a run whose events take a second each, three of them until all workers are there.
TEST(WorkersStart, IsTakenFromTheRunsEvents) {
  FakeClock clock;
  SilentObserver observer;
  MemoryJournal journal;
  ASSERT_TRUE(journal.begin_run().ok());
  auto inputs = InputSource::open({"-"}, listed("rec-200\n"));
  FakePoolScript events = script(3, 1);
  events.interject = [&](int) {
    clock.advance(seconds(1));
    return std::nullopt;
  };
  FakePool pool(std::move(events));
  const TimePoint began = clock.now();
  RunLoop loop({inputs.value(), pool, clock, observer}, {{shape(), &journal}}, SpeedSettings{});
  const RunReport report = loop.run();
  EXPECT_GE(report.workers_ready - began, seconds(2)) << "the mean of the first three";
  EXPECT_LT(report.workers_ready, clock.now());
}

}  // namespace
}  // namespace rookery
