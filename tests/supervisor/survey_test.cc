#include "supervisor/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <utility>

#include "tests/fakes/fake_clock.h"
#include "tests/listed.h"
#include "tests/supervisor/made_up_work.h"

namespace rookery {
namespace {

using testing::HasSubstr;

Result<SurveyTotals> survey(const std::string& list, FakePoolScript pool_script,
                            std::string* complaints = nullptr) {
  auto inputs = InputSource::open({"-"}, listed(list));
  FakePool pool(std::move(pool_script));
  const RunningClock clock;
  const auto complain = [&](const Recording& recording, const std::string& why) {
    if (complaints != nullptr) *complaints += recording.path + ": " + why + "\n";
  };
  return Survey(inputs.value(), pool, clock, {shape().card.geometry}, 1, complain).run();
}

TEST(Survey, CountsWhatAProbeFindsAndNamesWhatWouldFail) {
  std::string complaints;
  const auto totals = survey("rec-7\nbad-1\ncut-2\n", script(2, 1), &complaints);
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->recordings, 2);
  EXPECT_EQ(totals->refused, 1);
  EXPECT_EQ(totals->with_gaps, 1);
  EXPECT_EQ(totals->segments.at(0), 9);
  EXPECT_THAT(complaints, HasSubstr("bad-1: "));
  EXPECT_THAT(complaints, HasSubstr("cut-2: is cut off"));
}

TEST(Survey, GoesOnWhereWorkersAreKilledNowAndThen) {
  FakePoolScript rough = script(2, 3);
  rough.death_rate = 0.2;
  const auto totals = survey("rec-1\nrec0-2\nrec1-3\nrec2-4\n", rough);
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->recordings, 4);
  EXPECT_EQ(totals->refused, 0);
}

TEST(Survey, EndsOnAHostThatKillsEveryWorker) {
  FakePoolScript hostile = script(2, 1);
  hostile.death_rate = 1;
  // Without an end of its own it ends here.
  hostile.interject = [](int events) -> std::optional<PoolEvent> {
    if (events < 5000) return std::nullopt;
    return Interrupted{SIGTERM};
  };
  const auto totals = survey("rec-1\nrec0-2\n", hostile);
  ASSERT_FALSE(totals.ok());
  EXPECT_THAT(totals.error().reason, HasSubstr("20 workers in a row died from outside"));
}

TEST(Survey, KillsAWorkerWhoseProbeHangsAndGivesTheRecordingUp) {
  FakePoolScript stuck = script(2, 1);
  stuck.hangs = [](const WorkItem& item) {
    return std::get<Probe>(item).recording.path == "rec-2";
  };
  std::string complaints;
  const auto totals = survey("rec-1\nrec-2\nrec0-3\n", stuck, &complaints);
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->recordings, 2);
  EXPECT_EQ(totals->refused, 1);
  EXPECT_THAT(complaints, HasSubstr("rec-2: probing it ended two workers, the last by a missed "
                                    "deadline"));
}

}  // namespace
}  // namespace rookery
