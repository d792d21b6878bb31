// What a bench shows of itself while it runs.
#include "supervisor/bench/bench_progress.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

#include "supervisor/bench/schedule.h"
#include "tests/supervisor/bench/made_up_runs.h"

namespace rookery {
namespace {

constexpr PlannedRun kFirst{Phase::kMeasured, 0, 0};
constexpr PlannedRun kSecond{Phase::kMeasured, 0, 1};

Schedule three_rounds_of_two_cells() {
  ScheduleSettings settings;
  settings.cells = 2;
  settings.warm_up_rounds = 0;
  settings.repeats = settings.max_repeats = 3;
  return Schedule(settings);
}

class BenchProgressTest : public ::testing::Test {
 protected:
  void TearDown() override { std::fclose(stream_); }

  // Since it was last asked for.
  std::string shown() {
    std::fflush(stream_);
    std::string text(text_.data());
    std::rewind(stream_);
    text_.fill('\0');
    return text;
  }

  std::array<char, 4096> text_ = {};
  std::FILE* stream_ = ::fmemopen(text_.data(), text_.size(), "w");
  const Grid grid_ = workers_grid();
  BenchProgress progress_{grid_, 3, ProgressStyle::kPlain, stream_};
};

TEST(SecondsLeft, AreTheRunsOfEachCellAsLongAsItsOwnSoFarButNoMoreThanTheBudget) {
  Schedule schedule = three_rounds_of_two_cells();
  EXPECT_EQ(seconds_left(schedule, {0, 0}, 1000), 0) << "nothing is known";
  schedule.ended({kFirst, RunEnding::kDone, 1, ""});
  EXPECT_EQ(seconds_left(schedule, {10, 0}, 1000), 2 * 10 + 3 * 10) << "the mean, if unknown";
  EXPECT_EQ(seconds_left(schedule, {10, 20}, 1000), 2 * 10 + 3 * 20);
  EXPECT_EQ(seconds_left(schedule, {10, 20}, 15), 15);
}

TEST_F(BenchProgressTest, TellsHowFarItIsAndHowLongItTakesOnceItKnows) {
  Schedule schedule = three_rounds_of_two_cells();
  progress_.begins(schedule, kFirst, 1000);
  EXPECT_EQ(shown(), "round 1 of 3 · 0 runs done · workers=1\n");
  progress_.ended(0, 10);
  schedule.ended({kFirst, RunEnding::kDone, 10, ""});
  progress_.begins(schedule, kSecond, 1000);
  EXPECT_EQ(shown(), "round 1 of 3 · 1 run done · 0:00:50 left · workers=2\n");
}

}  // namespace
}  // namespace rookery
