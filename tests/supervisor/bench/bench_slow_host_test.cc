// What becomes of runs that something else on the host slowed down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "supervisor/bench/cell_measurer.h"
#include "supervisor/bench/cell_results.h"
#include "supervisor/bench/schedule.h"
#include "tests/supervisor/bench/folder_of_runs.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;

// A host whose pace halves after every second run, which is when it is looked at the fourth time,
// the eighth, …
TEST_F(FolderOfRuns, KeepsARunThatTheHostSlowedDownAndMakesItAgain) {
  int looks = 0;
  order.host_pace = [&looks](int) { return ++looks % 4 == 0 ? 50 : 100; };
  const auto bench = BenchFolder::open(folder / "out");
  auto signals = SignalSource::open();
  auto measurer = CellMeasurer::open(order, std::get<BenchFolder>(bench), *signals, {});
  ASSERT_TRUE(measurer.ok());
  for (const std::int32_t round : {0, 1}) {
    const auto run = measurer->measure(order.grid.cells[0], Phase::kMeasured, round);
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
  order.host_pace = [](int) { return 100; };
  EXPECT_EQ(run(0), "");
  int looks = 0;
  order.host_pace = [&looks](int) { return ++looks == 2 ? 50 : 100; };
  EXPECT_EQ(run(0, 1), "");
  EXPECT_EQ(runs(), 3U) << "the second of which was set aside";
}

TEST_F(FolderOfRuns, MakesNoRunMoreThanThreeTimesAndNoWarmUpTwice) {
  int looks = 0;
  order.host_pace = [&looks](int) { return ++looks % 2 == 0 ? 50 : 100; };
  const auto bench = BenchFolder::open(folder / "out");
  auto signals = SignalSource::open();
  auto measurer = CellMeasurer::open(order, std::get<BenchFolder>(bench), *signals, {});
  ASSERT_TRUE(measurer.ok());
  const Cell& cell = order.grid.cells[0];
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
  record.cell = order.grid.cells[0].id;
  record.metrics["x_real_time"] = 50;
  ScheduleSettings settings;
  settings.cells = order.grid.cells.size();
  const Schedule schedule(settings);
  EXPECT_EQ(cell_results(order.grid, {record}, schedule)[0].metrics.count("x_real_time"), 1U);
  record.set_aside = true;
  EXPECT_EQ(cell_results(order.grid, {record}, schedule)[0].metrics.count("x_real_time"), 0U);
  record.phase = Phase::kCold;
  EXPECT_TRUE(cell_results(order.grid, {record}, schedule)[0].cold.empty());
}

}  // namespace
}  // namespace rookery
