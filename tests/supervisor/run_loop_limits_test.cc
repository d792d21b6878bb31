// What ends a run before its inputs do: its time, or too many failures. Nothing is lost by it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/run_loop.h"
#include "tests/fakes/fake_clock.h"
#include "tests/listed.h"
#include "tests/supervisor/made_up_work.h"

namespace rookery {
namespace {

using testing::HasSubstr;

struct LimitedRun {
  FakeClock clock;
  SilentObserver observer;

  // Every event takes a second.
  RunReport run(const std::string& list, MemoryJournal& journal, const RunLimits& limits,
                bool retry_failed = false) {
    EXPECT_TRUE(journal.begin_run().ok());
    auto inputs = InputSource::open({"-"}, listed(list));
    FakePoolScript ticking = script(2, 1);
    ticking.interject = [this](int) {
      clock.advance(std::chrono::seconds(1));
      return std::nullopt;
    };
    FakePool pool(std::move(ticking));
    RunLoop loop({inputs.value(), pool, clock, observer}, {{shape(), &journal, retry_failed}},
                 SpeedSettings{}, limits);
    RunReport report = loop.run();
    EXPECT_TRUE(pool.idle()) << "what was in hand has been finished";
    return report;
  }
};

RunLimits stop_after(std::chrono::seconds seconds) {
  return {FakeClock().now() + seconds, FailureBudget()};
}

TEST(RunLoopLimits, TimeThatIsOverEndsTheRunInGoodOrderAndTheNextGoesOn) {
  const std::string list = "rec-9\nrec0-9\nrec1-9\nrec2-90000\n";
  MemoryJournal undisturbed;
  (void)LimitedRun().run(list, undisturbed, {});
  MemoryJournal journal;
  LimitedRun first;
  const RunReport stopped = first.run(list, journal, stop_after(std::chrono::seconds(14)));
  EXPECT_EQ(stopped.exit_code, kExitResumable);
  EXPECT_FALSE(stopped.error.has_value());
  EXPECT_FALSE(stopped.at_once);
  EXPECT_GE(stopped.totals.done, 1);
  EXPECT_LT(stopped.totals.done, 4);
  const RunReport rest = LimitedRun().run(list, journal, {});
  EXPECT_EQ(rest.exit_code, kExitDone);
  EXPECT_EQ(rest.totals.skipped, stopped.totals.done);
  EXPECT_EQ(contents(journal), contents(undisturbed));
}

TEST(RunLoopLimits, TimeThatIsOverWithTheLastWorkChangesNothing) {
  MemoryJournal journal;
  EXPECT_EQ(LimitedRun().run("rec-3\n", journal, stop_after(std::chrono::hours(1))).exit_code,
            kExitDone);
}

TEST(RunLoopLimits, TooManyFailuresEndTheRunEarlyAndSayHowMany) {
  MemoryJournal journal;
  LimitedRun limited;
  std::string list;
  for (int index = 0; index < 100; ++index) list += "bad" + std::to_string(index) + "-1\n";
  const RunReport report =
      limited.run(list, journal, {std::nullopt, FailureBudget::parse("10").value()});
  EXPECT_EQ(report.exit_code, kExitCannotGoOn);
  ASSERT_TRUE(report.error.has_value());
  EXPECT_THAT(report.error->reason, HasSubstr("11 of 11 recordings have failed"));
  EXPECT_LT(report.totals.failed, 20);
}

TEST(RunLoopLimits, FailuresWithinTheBudgetDoNot) {
  MemoryJournal journal;
  LimitedRun limited;
  const RunReport report = limited.run("bad-1\nrec-3\nbad0-1\n", journal,
                                       {std::nullopt, FailureBudget::parse("2").value()});
  EXPECT_EQ(report.exit_code, kExitSomeFailed);
}

TEST(RunLoopLimits, WhatFailedIsDoneAgainOnlyWhenAskedFor) {
  MemoryJournal journal;
  LimitedRun limited;
  (void)limited.run("bad-1\nrec-3\n", journal, {});
  EXPECT_EQ(limited.run("bad-1\nrec-3\n", journal, {}).totals.skipped, 2);
  const RunReport again = limited.run("bad-1\nrec-3\n", journal, {}, true);
  EXPECT_EQ(again.totals.skipped, 1);
  EXPECT_EQ(again.totals.failed, 1);
}

}  // namespace
}  // namespace rookery
