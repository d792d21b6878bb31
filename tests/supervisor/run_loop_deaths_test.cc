#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "supervisor/run_loop.h"
#include "tests/fakes/fake_clock.h"
#include "tests/listed.h"
#include "tests/supervisor/journal_makers.h"
#include "tests/supervisor/made_up_work.h"

namespace rookery {
namespace {

struct Ended {
  RunReport report;
  MemoryJournal journal;
  SilentObserver observer;
};

// May be called again to go on.
void run_list(const std::string& list, FakePoolScript pool_script, Ended& ended) {
  auto inputs = InputSource::open({"-"}, listed(list));
  RunningClock clock;
  ASSERT_TRUE(ended.journal.begin_run().ok());
  SpeedSettings speed;
  speed.decode_ahead = pool_script.reads_ahead;
  FakePool pool(std::move(pool_script));
  RunLoop loop({inputs.value(), pool, clock, ended.observer}, {{shape(), &ended.journal}}, speed);
  ended.report = loop.run();
}

struct Told {
  std::vector<Detection> rows;
  RecordingOutcome outcome;
};

std::map<std::string, Told> told(MemoryJournal& journal) {
  std::map<std::string, Told> all;
  EXPECT_TRUE(journal
                  .for_each_entry([&](const JournalEntry& entry) -> Status {
                    Told& one = all[entry.key];
                    one.outcome = entry.outcome;
                    return journal.for_each_detection(entry.id,
                                                      [&](const Detection& row) -> Status {
                                                        one.rows.push_back(row);
                                                        return Done{};
                                                      });
                  })
                  .ok());
  return all;
}

// Seconds are segments here.
bool lies_in(const Detection& row, const std::set<std::int64_t>& segments) {
  return segments.contains(row.start_us / 1'000'000);
}

TEST(RunLoopDeaths, TheGuiltySegmentIsAGapAndItsNeighboursAreThere) {
  FakePoolScript deadly = script(3, 1);
  deadly.deadly_segment = [](const Task& task, const Segment& segment) {
    return task.recording.path.starts_with("deadly") && segment.index == 5;
  };
  Ended good;
  Ended bad;
  run_list("rec-9\ndeadly-12\n", script(1, 0), good);
  run_list("rec-9\ndeadly-12\n", deadly, bad);
  EXPECT_EQ(bad.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(bad.report.totals.done, 2);
  EXPECT_EQ(bad.report.totals.failed, 0);
  EXPECT_EQ(bad.observer.gaps, 1);

  std::map<std::string, Told> good_day = told(good.journal);
  std::map<std::string, Told> bad_day = told(bad.journal);
  EXPECT_EQ(bad_day["rec-9"].rows, good_day["rec-9"].rows);
  std::erase_if(good_day["deadly-12"].rows, [](const Detection& row) { return lies_in(row, {5}); });
  EXPECT_EQ(bad_day["deadly-12"].rows, good_day["deadly-12"].rows);

  const RecordingOutcome& outcome = bad_day["deadly-12"].outcome;
  EXPECT_EQ(outcome.state, RecordingState::kDoneWithGaps);
  ASSERT_EQ(outcome.faults.size(), 1U);
  EXPECT_EQ(outcome.faults[0].start_us, 5'000'000);
  EXPECT_EQ(outcome.faults[0].end_us, 6'000'000);
  EXPECT_EQ(outcome.faults[0].signal, "SIGSEGV");
  EXPECT_EQ(outcome.faults[0].stage, "forward");
}

TEST(RunLoopDeaths, ThatABatchWasReadAheadCostsOneDeathMoreAndNoOtherSegment) {
  FakePoolScript deadly = script(1, 1);
  deadly.deadly_segment = [](const Task&, const Segment& segment) { return segment.index == 301; };
  Ended plain;
  run_list("rec-400\n", deadly, plain);
  deadly.reads_ahead = true;
  Ended ahead;
  run_list("rec-400\n", deadly, ahead);
  EXPECT_EQ(ahead.report.worker_deaths, plain.report.worker_deaths + 1);
  EXPECT_EQ(contents(ahead.journal), contents(plain.journal));
}

RC_GTEST_PROP(RunLoopDeaths, EveryRowButThoseOfDeadlySegmentsIsThatOfAGoodDay, ()) {
  const auto drawn =
      *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 40));
  const std::set<std::int64_t> guilty(drawn.begin(), drawn.end());
  FakePoolScript deadly = script(*rc::gen::inRange(1, 5), *rc::gen::arbitrary<unsigned>());
  deadly.death_rate = 0.02;
  deadly.reads_ahead = *rc::gen::arbitrary<bool>();
  deadly.deadly_segment = [&](const Task& task, const Segment& segment) {
    return task.recording.path.starts_with("deadly") && guilty.contains(segment.index);
  };
  const std::string list = "rec-9\ndeadly-40\nrec0-3\n";
  Ended good;
  Ended bad;
  run_list(list, script(1, 0), good);
  run_list(list, deadly, bad);
  std::map<std::string, Told> good_day = told(good.journal);
  std::map<std::string, Told> bad_day = told(bad.journal);
  std::erase_if(good_day["deadly-40"].rows,
                [&](const Detection& row) { return lies_in(row, guilty); });
  for (const auto& [key, told_good] : good_day) RC_ASSERT(bad_day[key].rows == told_good.rows);
  RC_ASSERT(bad_day["deadly-40"].outcome.faults.size() == guilty.size());
  RC_ASSERT(bad.report.exit_code == (guilty.empty() ? kExitDone : kExitSomeFailed));
}

TEST(RunLoopDeaths, AGapIsToldOnceThoughTheRunWasInterruptedAfterIt) {
  FakePoolScript deadly = script(2, 1);
  deadly.deadly_segment = [](const Task&, const Segment& segment) { return segment.index == 2; };
  bool found = false;
  Ended ended;
  FakePoolScript first = deadly;
  first.interject = [&](int events) -> std::optional<PoolEvent> {
    found = found || ended.observer.gaps > 0;
    if (!found || events % 10 != 0) return std::nullopt;
    return Interrupted{SIGTERM};
  };
  run_list("rec-400\n", first, ended);
  ASSERT_EQ(ended.report.exit_code, kExitTerminated);
  run_list("rec-400\n", deadly, ended);
  EXPECT_EQ(ended.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(ended.observer.gaps, 1) << "it was not looked for again";
  const RecordingOutcome outcome = told(ended.journal)["rec-400"].outcome;
  EXPECT_EQ(outcome.state, RecordingState::kDoneWithGaps);
  EXPECT_EQ(outcome.faults.size(), 1U);
}

TEST(RunLoopDeaths, AHostThatKillsEveryWorkerEndsTheRunAndNoRecording) {
  FakePoolScript hostile = script(2, 1);
  hostile.death_rate = 1;
  Ended ended;
  run_list("rec-30\nrec0-30\nrec1-30\n", hostile, ended);
  EXPECT_EQ(ended.report.exit_code, kExitCannotGoOn);
  ASSERT_TRUE(ended.report.error);
  EXPECT_THAT(ended.report.error->reason, testing::HasSubstr("20 workers in a row"));
  EXPECT_GE(ended.report.worker_deaths, 20);  // those while it waits are not in the row
  EXPECT_EQ(ended.report.totals.failed, 0);
}

}  // namespace
}  // namespace rookery
