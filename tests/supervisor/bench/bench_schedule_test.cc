#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "supervisor/bench/schedule.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr double kNothingSpent = 0;

ScheduleSettings settings(std::size_t cells) {
  ScheduleSettings all;
  all.cells = cells;
  all.max_repeats = all.repeats;
  return all;
}

// A host on which every run of a cell takes the same time.
EndedRun steady(const PlannedRun& plan) {
  return {plan, RunEnding::kDone, 1.0 + static_cast<double>(plan.cell), ""};
}

using Outcome = std::function<EndedRun(const PlannedRun&)>;

// Runs until nothing is left; at most `most` runs.
std::vector<PlannedRun> run_all(Schedule& schedule, const Outcome& outcome,
                                std::size_t most = 100'000) {
  std::vector<PlannedRun> order;
  while (order.size() < most) {
    const auto plan = schedule.next(kNothingSpent);
    if (!plan) break;
    order.push_back(*plan);
    schedule.ended(outcome(*plan));
  }
  return order;
}

using Rounds = std::map<std::pair<Phase, std::int32_t>, std::vector<std::size_t>>;

Rounds by_round(const std::vector<PlannedRun>& order) {
  Rounds rounds;
  for (const PlannedRun& run : order) rounds[{run.phase, run.round}].push_back(run.cell);
  return rounds;
}

RC_GTEST_PROP(Schedule, RunsEveryCellOnceInEveryRoundAndNeverTwiceInARow, ()) {
  ScheduleSettings all = settings(*rc::gen::inRange<std::size_t>(3, 40));
  all.seed = *rc::gen::arbitrary<std::uint64_t>();
  all.repeats = all.max_repeats = *rc::gen::inRange(2, 8);
  all.warm_up_rounds = *rc::gen::inRange(0, 3);
  all.cold_cache = *rc::gen::arbitrary<bool>();
  Schedule schedule(all);
  const auto order = run_all(schedule, steady);
  const Rounds rounds = by_round(order);
  RC_ASSERT(static_cast<std::int32_t>(rounds.size()) ==
            all.warm_up_rounds + all.repeats + (all.cold_cache ? 1 : 0));
  for (const auto& [round, cells] : rounds) {
    RC_ASSERT(cells.size() == all.cells);
    RC_ASSERT(std::set<std::size_t>(cells.begin(), cells.end()).size() == all.cells);
  }
  for (std::size_t i = 1; i < order.size(); ++i) RC_ASSERT(order[i].cell != order[i - 1].cell);
}

// Rounds follow each other: nothing of the next begins before the last is through.
TEST(Schedule, EndsARoundBeforeTheNextBegins) {
  ScheduleSettings all = settings(5);
  all.cold_cache = true;
  Schedule schedule(all);
  const auto order = run_all(schedule, steady);
  std::vector<std::pair<Phase, std::int32_t>> seen;
  for (const PlannedRun& run : order) {
    const std::pair now(run.phase, run.round);
    if (seen.empty() || seen.back() != now) seen.push_back(now);
  }
  EXPECT_THAT(seen, SizeIs(by_round(order).size())) << "a round was taken up twice";
  EXPECT_EQ(seen.front().first, Phase::kWarmUp);
  EXPECT_EQ(seen.back().first, Phase::kCold);
}

TEST(Schedule, ShufflesEachRoundAfresh) {
  Schedule schedule(settings(12));
  std::set<std::vector<std::size_t>> orders;
  const Rounds rounds = by_round(run_all(schedule, steady));
  for (const auto& [round, cells] : rounds) orders.insert(cells);
  EXPECT_EQ(orders.size(), rounds.size());
}

TEST(Schedule, OrdersDifferOfTwoCellsToo) {
  ScheduleSettings all = settings(2);
  all.repeats = all.max_repeats = 20;
  Schedule schedule(all);
  std::set<std::vector<std::size_t>> orders;
  for (const auto& [round, cells] : by_round(run_all(schedule, steady))) orders.insert(cells);
  EXPECT_EQ(orders.size(), 2);
}

RC_GTEST_PROP(Schedule, GoesOnAfterAnInterruptionAsIfThereHadBeenNone, ()) {
  ScheduleSettings all = settings(*rc::gen::inRange<std::size_t>(1, 12));
  all.repeats = 3;
  all.max_repeats = 5;
  const auto outcome = [](const PlannedRun& plan) {
    EndedRun run = steady(plan);
    if (plan.cell == 1) run.wall_seconds += plan.round;  // wide
    if (plan.cell == 2 && plan.round == 1) run.ending = RunEnding::kOverTime;
    return run;
  };
  Schedule whole(all);
  const auto expected = run_all(whole, outcome);
  const auto cut = *rc::gen::inRange<std::size_t>(0, expected.size() + 1);
  Schedule resumed(all);
  for (std::size_t i = 0; i < cut; ++i) resumed.ended(outcome(expected[i]));
  const auto rest = run_all(resumed, outcome);
  RC_ASSERT(std::vector<PlannedRun>(expected.begin() + static_cast<std::ptrdiff_t>(cut),
                                    expected.end()) == rest);
  for (std::size_t cell = 0; cell < all.cells; ++cell) {
    RC_ASSERT(resumed.state(cell) == whole.state(cell));
  }
}

RC_GTEST_PROP(Schedule, GoesOnWithMoreRoundsThanItWasBegunWith, ()) {
  ScheduleSettings all = settings(5);
  all.cold_cache = *rc::gen::arbitrary<bool>();
  all.repeats = *rc::gen::inRange(1, 4);
  all.max_repeats = 6;
  const auto outcome = [](const PlannedRun& plan) {
    EndedRun run = steady(plan);
    if (plan.cell % 2 == 1) run.wall_seconds += plan.round;  // wide
    return run;
  };
  Schedule first(all);
  auto made = run_all(first, outcome);
  made.resize(*rc::gen::inRange<std::size_t>(0, made.size() + 1));
  all.repeats = *rc::gen::inRange(all.repeats, 7);
  Schedule second(all);
  for (const PlannedRun& plan : made) second.ended(outcome(plan));
  const auto rest = run_all(second, outcome);
  made.insert(made.end(), rest.begin(), rest.end());
  for (const auto& [round, cells] : by_round(made)) {
    RC_ASSERT(std::set<std::size_t>(cells.begin(), cells.end()).size() == cells.size());
    if (round.first == Phase::kMeasured && round.second >= all.repeats) continue;
    RC_ASSERT(cells.size() == all.cells);
  }
}

TEST(Schedule, DropsACellThatTakesTooLongOrFails) {
  Schedule schedule(settings(4));
  const auto order = run_all(schedule, [](const PlannedRun& plan) {
    EndedRun run = steady(plan);
    if (plan.cell == 1) run = {plan, RunEnding::kOverTime, 0, "took more than 60 s"};
    if (plan.cell == 2 && plan.phase == Phase::kMeasured && plan.round == 1) {
      run = {plan, RunEnding::kFailed, 0, "exit code 3"};
    }
    return run;
  });
  const auto runs = [&](std::size_t cell) {
    return std::count_if(order.begin(), order.end(),
                         [&](const PlannedRun& run) { return run.cell == cell; });
  };
  EXPECT_EQ(runs(0), 6);
  EXPECT_EQ(runs(1), 1);
  EXPECT_EQ(runs(2), 3);
  EXPECT_EQ(schedule.state(0), CellState::kMeasured);
  EXPECT_EQ(schedule.state(1), CellState::kOverBudget);
  EXPECT_EQ(schedule.why(1), "took more than 60 s");
  EXPECT_EQ(schedule.state(2), CellState::kFailed);
  EXPECT_EQ(schedule.why(2), "exit code 3");
}

// Cell 0 spreads for ever, cell 1 until the sixth run, the others never.
TEST(Schedule, RunsWideCellsAgainAndMarksThoseThatStayWide) {
  ScheduleSettings all = settings(4);
  all.max_repeats = 12;
  Schedule schedule(all);
  const auto order = run_all(schedule, [](const PlannedRun& plan) {
    EndedRun run = steady(plan);
    if (plan.cell == 0) run.wall_seconds = plan.round % 2 == 0 ? 1 : 2;
    if (plan.cell == 1 && plan.round < 2) run.wall_seconds = 3 + plan.round;
    return run;
  });
  std::map<std::size_t, int> runs;
  for (const PlannedRun& run : order) runs[run.cell] += run.phase == Phase::kMeasured ? 1 : 0;
  EXPECT_EQ(runs[0], 12);
  EXPECT_GT(runs[1], 5);
  EXPECT_LT(runs[1], 12);
  EXPECT_EQ(runs[2], 5);
  EXPECT_EQ(runs[3], 5);
  EXPECT_EQ(schedule.state(0), CellState::kWide);
  EXPECT_THAT(schedule.why(0), HasSubstr("after 12 runs"));
  EXPECT_EQ(schedule.state(1), CellState::kMeasured);
  EXPECT_TRUE(schedule.finished());
}

TEST(Schedule, StopsWhenTheBudgetIsSpentAndSaysWhatIsMissing) {
  ScheduleSettings all = settings(3);
  all.time_budget_seconds = 10;
  Schedule schedule(all);
  for (double spent = 0; spent < 8; ++spent) schedule.ended(steady(*schedule.next(spent)));
  EXPECT_TRUE(schedule.next(9.9).has_value());
  EXPECT_FALSE(schedule.next(10).has_value());
  EXPECT_FALSE(schedule.finished());
  for (std::size_t cell = 0; cell < 3; ++cell) {
    EXPECT_EQ(schedule.state(cell), CellState::kMeasured);
    EXPECT_THAT(schedule.why(cell), HasSubstr("of 5 measured runs"));
  }
}

TEST(Schedule, CellsThatWereOnlyWarmedUpAreNotReached) {
  Schedule schedule(settings(2));
  schedule.ended(steady(*schedule.next(kNothingSpent)));
  EXPECT_EQ(schedule.state(0), CellState::kNotReached);
  EXPECT_EQ(schedule.state(1), CellState::kNotReached);
}

TEST(Schedule, RunsSomeCellsMoreOftenAndTheBaselineWithThem) {
  ScheduleSettings all = settings(4);
  all.repeats = all.max_repeats = 2;
  all.warm_up_rounds = 0;
  all.cold_cache = true;
  all.more_repeats = {{2, 5}};
  Schedule schedule(all);
  std::map<std::size_t, int> runs;
  for (const PlannedRun& run : run_all(schedule, steady)) {
    if (run.phase == Phase::kMeasured) ++runs[run.cell];
  }
  EXPECT_EQ(runs, (std::map<std::size_t, int>{{0, 5}, {1, 2}, {2, 5}, {3, 2}}));
  for (std::size_t cell = 0; cell < all.cells; ++cell) {
    EXPECT_EQ(schedule.state(cell), CellState::kMeasured);
    EXPECT_EQ(schedule.why(cell), "");
  }
}

TEST(Schedule, RunsAWideCellAgainWhileOthersHaveTheirMoreRepeats) {
  ScheduleSettings all = settings(4);
  all.repeats = 2;
  all.max_repeats = 4;
  all.more_repeats = {{2, 6}};
  Schedule schedule(all);
  std::map<std::size_t, int> runs;
  const auto order = run_all(schedule, [](const PlannedRun& plan) {
    EndedRun run = steady(plan);
    if (plan.cell == 3) run.wall_seconds = 1 + plan.round % 2;
    return run;
  });
  for (const PlannedRun& run : order) runs[run.cell] += run.phase == Phase::kMeasured ? 1 : 0;
  EXPECT_EQ(runs, (std::map<std::size_t, int>{{0, 6}, {1, 2}, {2, 6}, {3, 4}}));
}

TEST(Schedule, CountsTheRunsThatAreLeft) {
  ScheduleSettings all = settings(3);
  all.cold_cache = true;
  all.more_repeats = {{2, 7}};
  Schedule schedule(all);
  constexpr std::int32_t runs_of_a_cell = 1 + 5 + 1;
  std::int32_t left = 3 * runs_of_a_cell + 2 + 2;  // the baseline's, too
  while (const auto plan = schedule.next(kNothingSpent)) {
    EXPECT_EQ(schedule.runs_left(0) + schedule.runs_left(1) + schedule.runs_left(2), left);
    schedule.ended(steady(*plan));
    --left;
  }
  EXPECT_EQ(left, 0);
}

}  // namespace
}  // namespace rookery
