// Which differences between cells are told, and which are chance or other work.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "supervisor/bench/comparison.h"
#include "supervisor/bench/default_cell.h"
#include "tests/supervisor/bench/made_up_runs.h"

namespace rookery {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(SpeedRatios, AreThoseOfCommonRounds) {
  CellResult one;
  CellResult other;
  one.speeds = {{0, 4}, {1, 6}, {3, 8}};
  other.speeds = {{0, 2}, {2, 1}, {3, 16}};
  EXPECT_THAT(speed_ratios(one, other), ElementsAre(2, 0.5));
  EXPECT_THAT(speed_ratios(one, CellResult()), IsEmpty());
}

// With two degrees of freedom the distribution has a closed form: 1/2 − t / (2 √(2 + t²)).
TEST(ChanceOf, IsThatOfStudentsTest) {
  const auto alone = [](const std::vector<double>& ratios) {
    return chance_of(ratios, noise_of({ratios}));
  };
  EXPECT_NEAR(alone({1.1, 1.2, 1.3}), 0.0325, 0.0005);
  EXPECT_NEAR(alone({1 / 1.1, 1 / 1.2, 1 / 1.3}), 1 - 0.0325, 0.0005);
  EXPECT_NEAR(alone({2, 1, 0.5}), 0.5, 1e-9);
  EXPECT_EQ(alone({2, 2, 2}), 0);
  EXPECT_EQ(alone({1, 1, 1}), 1);
}

TEST(ChanceOf, IsNotKnownOfOneRoundAlone) {
  EXPECT_EQ(chance_of({3}, noise_of({{3}})), 1);
  EXPECT_EQ(chance_of({}, noise_of({{1, 2}})), 1);
}

TEST(ChanceOf, IsLessWhereMoreCellsTellOfTheNoise) {
  const std::vector<double> ratios = {1.1, 1.2, 1.3};
  const std::vector<std::vector<double>> many(10, ratios);
  EXPECT_NEAR(noise_of(many).variance, noise_of({ratios}).variance, 1e-12);
  EXPECT_EQ(noise_of(many).degrees, 20);
  EXPECT_LT(chance_of(ratios, noise_of(many)), 0.001);
}

TEST(ChanceOf, CountsARestlessCellsOwnNoise) {
  const std::vector<std::vector<double>> quiet(10, {1.00, 1.01, 0.99});
  EXPECT_LT(chance_of({1.1, 1.1, 1.1}, noise_of(quiet)), 1e-6);
  EXPECT_GT(chance_of({1.0, 1.3, 1.01}, noise_of(quiet)), 0.05);
}

// Equally fast cells but for the last, which is a little faster in each round, now more, now less.
BenchResults nearly_equal(std::size_t cells) {
  constexpr std::array<double, kRounds> last_gains = {0.004, 0.006, 0.03, 0.03, 0.006};
  Measured measured;
  measured.grid.cells.resize(1);
  for (std::size_t cell = 1; cell < cells; ++cell) {
    const std::string name = fmt::format("{}", 10 + cell);
    measured.grid.cells.push_back(
        {fmt::format("workers={}", name), {{"workers", {name, name}}}, false});
  }
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const double faster = cell + 1 == cells ? last_gains[static_cast<std::size_t>(round)] : 0;
      measured.records.push_back(run_of(measured.grid, cell, round, 10 * (1 - faster)));
    }
  }
  return measured.results();
}

TEST(Answer, ClaimsLessOfTheBestOfManyCells) {
  EXPECT_THAT(nearly_equal(2).answer.front(), HasSubstr("times the speed of the baseline"));
  EXPECT_THAT(nearly_equal(40).answer.front(),
              HasSubstr("as the best of 40 cells may be by chance"));
}

TEST(Answer, NamesTheFastestThatWasShownBeforeAHigherMedianThatMayBeChance) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.cells.push_back({"workers=3", {{"workers", {"3", "3"}}}, false});
  const std::vector<double> ratios = {0.9, 1.8, 1.9};
  for (int round = 0; round < kRounds; ++round) {
    const double ratio = ratios[static_cast<std::size_t>(round) % ratios.size()];
    measured.records.push_back(run_of(measured.grid, 2, round, (1 + round) / ratio));
  }
  const auto answer = measured.results().answer;
  EXPECT_THAT(answer[0], HasSubstr("2 workers: 1.50 times the speed of the baseline"));
  EXPECT_THAT(answer[1], HasSubstr("The median of 3 workers is higher, 1.80 times, but may be"));
}

// Two workers that fit, and four that do not and are a little faster or much.
std::vector<std::string> answer_beside_oversubscribed(double ratio) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.cells.push_back({"workers=4", {{"workers", {"4", "4"}}}, true});
  for (int round = 0; round < kRounds; ++round) {
    const double drift = 1 + round;
    const double noise = 1 + 0.01 * (round % 3 - 1);
    measured.records[2 * static_cast<std::size_t>(round) + 1] =
        run_of(measured.grid, 1, round, drift / (1.5 * noise));
    measured.records.push_back(run_of(measured.grid, 2, round, drift / (ratio / noise)));
  }
  return measured.results().answer;
}

TEST(Answer, NamesAnOversubscribedCellOnlyIfNoneThatFitsMayBeAsFast) {
  const auto little = answer_beside_oversubscribed(1.51);
  EXPECT_THAT(little[0], HasSubstr("2 workers: 1.50 times the speed"));
  EXPECT_THAT(little[1], HasSubstr("4 workers (oversubscribed) is higher, 1.51 times, but cannot "
                                   "be told from that"));
  const auto much = answer_beside_oversubscribed(1.8);
  EXPECT_THAT(much[0], HasSubstr("4 workers (oversubscribed): 1.80 times"));
}

TEST(Answer, TakesTooFewRoundsForNoShownGain) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.cells.push_back({"workers=3", {{"workers", {"3", "3"}}}, false});
  measured.records.push_back(run_of(measured.grid, 2, 0, 0.5));
  const auto answer = measured.results().answer;
  EXPECT_THAT(answer[0], HasSubstr("2 workers: 1.50 times the speed of the baseline"));
  EXPECT_THAT(answer[1], HasSubstr("3 workers is higher, 2.00 times, but may be chance (2.00 to "
                                   "2.00 of 1 round)"));
}

TEST(Answer, ComparesOnlyModelsThatGiveRowsForEquallyLongPieces) {
  Measured measured = on_a_drifting_host(1.5);
  for (RunRecord& record : measured.records) {
    const bool other = record.cell == measured.grid.cells[1].id;
    record.metrics["segments_per_second"] = record.metrics["x_real_time"] / (other ? 10 : 5);
  }
  const auto answer = measured.results().answer;
  EXPECT_THAT(answer.front(), HasSubstr("nothing was faster than the baseline"));
  EXPECT_THAT(answer, Contains(HasSubstr("not compared with it here: 1 of 2 cells")));
}

TEST(Answer, SaysWhatTheDefaultGives) {
  EXPECT_THAT(on_a_drifting_host(1.5).results().answer,
              Contains(HasSubstr("does by default is 2 workers: 1.50 times the baseline's speed")));
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.baseline = 1;
  EXPECT_THAT(measured.results().answer, Not(Contains(HasSubstr("by default"))))
      << "it is what others are compared with";
}

TEST(DefaultCell, HasTheDefaultOfEveryKey) {
  Grid grid;
  const auto add = [&](const std::string& engine, const std::string& allocator) {
    grid.cells.push_back({fmt::format("{} {}", engine, allocator),
                          {{"engine", {engine, engine}}, {"allocator", {allocator, allocator}}},
                          false});
  };
  add("threads", "jemalloc");
  add("processes", "glibc");
  EXPECT_EQ(default_cell(grid, 2), std::nullopt);
  add("processes", "jemalloc");
  EXPECT_EQ(default_cell(grid, 2), 2U);
}

TEST(DefaultCell, HasAWorkerForEachCore) {
  const Grid grid = workers_grid();
  EXPECT_EQ(default_cell(grid, 1), 0U);
  EXPECT_EQ(default_cell(grid, 2), 1U);
  EXPECT_EQ(default_cell(grid, 64), std::nullopt);
}

}  // namespace
}  // namespace rookery
