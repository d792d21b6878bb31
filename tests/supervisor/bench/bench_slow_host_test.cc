// What becomes of runs that something else on the host slowed down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "supervisor/bench/bench_session.h"
#include "supervisor/bench/cell_measurer.h"
#include "supervisor/bench/cell_results.h"
#include "supervisor/bench/live_runs.h"
#include "supervisor/bench/schedule.h"
#include "tests/supervisor/bench/folder_of_runs.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;

// A host whose pace halves after every second run, which is when it is looked at the fourth time,
// the eighth, …
TEST_F(FolderOfRuns, KeepsARunThatTheHostSlowedDownAndMakesItAgain) {
  int looks = 0;
  order_.host_pace = [&looks](int) { return ++looks % 4 == 0 ? 50 : 100; };
  const auto bench = BenchFolder::open(folder_ / "out");
  auto signals = SignalSource::open();
  auto measurer = CellMeasurer::open(order_, std::get<BenchFolder>(bench), *signals, {});
  ASSERT_TRUE(measurer.ok());
  for (const std::int32_t round : {0, 1}) {
    const auto run = measurer->measure(order_.grid.cells[0], Phase::kMeasured, round);
    ASSERT_TRUE(run.ok());
    EXPECT_FALSE(run->record.set_aside);
    EXPECT_EQ(run->record.metrics.at("host_pace"), 100);
  }
  std::vector<std::pair<std::int32_t, bool>> kept;
  for (const RunRecord& record : measurer->records()) {
    kept.emplace_back(record.round, record.set_aside);
  }
  EXPECT_THAT(kept, ElementsAre(std::pair(0, false), std::pair(1, true), std::pair(1, false)));
  EXPECT_EQ(runs(), 3U);
}

TEST_F(FolderOfRuns, KnowsFromEarlierSessionsHowFastTheHostIs) {
  order_.host_pace = [](int) { return 100; };
  EXPECT_EQ(run(0), "");
  int looks = 0;
  order_.host_pace = [&looks](int) { return ++looks == 2 ? 50 : 100; };
  EXPECT_EQ(run(0, 1), "");
  EXPECT_EQ(runs(), 3U) << "the second of which was set aside";
}

TEST_F(FolderOfRuns, MakesNoRunAgainOnceTheBudgetIsSpent) {
  order_.host_pace = [](int) { return 100; };
  EXPECT_EQ(run(0), "");
  order_.config.time_budget = std::chrono::seconds(0);
  int looks = 0;
  order_.host_pace = [&looks](int) { return ++looks == 2 ? 50 : 100; };
  EXPECT_EQ(run(0, 1), "");
  EXPECT_EQ(runs(), 2U);
}

TEST_F(FolderOfRuns, MakesARunAgainThatTookTooLongOnASlowHost) {
  folder_.write("program", "#!/bin/sh\nsleep 30\n");
  order_.config.max_cell_time = std::chrono::seconds(0);
  int looks = 0;
  order_.host_pace = [&looks](int) { return ++looks == 2 ? 50 : 100; };
  EXPECT_THAT(run(0), ::testing::HasSubstr("took more than"));
  EXPECT_EQ(runs(), 2U) << "the first of which was set aside";
}

TEST_F(FolderOfRuns, MakesNoRunMoreThanThreeTimesAndNoWarmUpTwice) {
  int looks = 0;
  order_.host_pace = [&looks](int) { return ++looks % 2 == 0 ? 50 : 100; };
  const auto bench = BenchFolder::open(folder_ / "out");
  auto signals = SignalSource::open();
  auto measurer = CellMeasurer::open(order_, std::get<BenchFolder>(bench), *signals, {});
  ASSERT_TRUE(measurer.ok());
  const Cell& cell = order_.grid.cells[0];
  ASSERT_TRUE(measurer->measure(cell, Phase::kWarmUp, 0).ok());
  EXPECT_EQ(runs(), 1U);
  const auto run = measurer->measure(cell, Phase::kMeasured, 0);
  ASSERT_TRUE(run.ok());
  EXPECT_FALSE(run->record.set_aside) << "what it is, is what can be had";
  EXPECT_EQ(runs(), 4U);
}

// A session may end between such a run and the one that is made in its place.
TEST_F(FolderOfRuns, CountsNoRunThatWasSetAside) {
  RunRecord record;
  record.cell = order_.grid.cells[0].id;
  record.metrics["x_real_time"] = 50;
  ScheduleSettings settings;
  settings.cells = order_.grid.cells.size();
  const Schedule schedule(settings);
  EXPECT_EQ(cell_results(order_.grid, {record}, schedule)[0].metrics.count("x_real_time"), 1U);
  record.set_aside = true;
  EXPECT_EQ(cell_results(order_.grid, {record}, schedule)[0].metrics.count("x_real_time"), 0U);
  record.phase = Phase::kCold;
  EXPECT_TRUE(cell_results(order_.grid, {record}, schedule)[0].cold.empty());
}

// A folder whose session ended after runs that were set aside, before any was made in their place.
class RunsThatWereSetAside : public FolderOfRuns {
 protected:
  void set_all_aside() const {
    const std::string text = *bytes_of_file(folder_ / "out/runs.jsonl");
    folder_.write("out/runs.jsonl", with_value(text, "set_aside", "true"));
  }

  // How many runs count, of each cell.
  std::vector<std::int32_t> bench() {
    order_.config.repeats = 1;
    order_.config.max_repeats = 1;
    order_.config.warm_up_rounds = 0;
    auto bench = BenchFolder::open(folder_ / "out");
    auto signals = SignalSource::open();
    BenchSession session(order_, std::move(std::get<BenchFolder>(bench)), *signals);
    const auto ended = session.run();
    EXPECT_TRUE(ended.ok()) << to_string(ended.error());
    std::vector<std::int32_t> counted;
    for (CellResult cell : session.results().cells) {
      counted.push_back(cell.metrics["total_seconds"].runs);
    }
    return counted;
  }

  void ask(const TuneOrder& tune) {
    const auto bench = BenchFolder::open(folder_ / "out");
    auto signals = SignalSource::open();
    auto runs = LiveRuns::open(order_, tune, std::get<BenchFolder>(bench), *signals);
    ASSERT_TRUE(runs.ok());
    EXPECT_TRUE(runs->answer(order_.grid.cells[0], 0).ok());
  }
};

TEST_F(RunsThatWereSetAside, AreMadeAgainByABenchThatGoesOn) {
  EXPECT_THAT(bench(), ElementsAre(1, 1));
  set_all_aside();
  EXPECT_THAT(bench(), ElementsAre(1, 1));
  EXPECT_EQ(runs(), 4U);
}

TEST_F(RunsThatWereSetAside, AreMadeAgainByASearchThatGoesOn) {
  const TuneOrder tune;
  ask(tune);
  const std::size_t before = runs();
  ask(tune);
  EXPECT_EQ(runs(), before) << "what counts is known";
  set_all_aside();
  ask(tune);
  EXPECT_EQ(runs(), before + 1);
}

}  // namespace
}  // namespace rookery
