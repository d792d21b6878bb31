// From recorded runs to numbers and files.
#include "supervisor/bench/bench_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/supervisor/bench/made_up_runs.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(CellResults, CompareRunsOfOneRoundSoThatDriftDropsOut) {
  const BenchResults results = on_a_drifting_host(1.5).results();
  const Estimate speed_up = results.cells[1].metrics.at("speed_up");
  EXPECT_NEAR(speed_up.median, 1.5, 1e-9);
  EXPECT_NEAR(speed_up.low, 1.5, 1e-9);
  EXPECT_NEAR(speed_up.high, 1.5, 1e-9);
  EXPECT_NEAR(results.cells[1].metrics.at("efficiency").median, 0.75, 1e-9);
  EXPECT_NEAR(results.cells[1].metrics.at("memory_ratio").median, 2, 1e-9);
  EXPECT_GT(results.cells[1].metrics.at("wall_seconds").spread(), 0.5);
  EXPECT_EQ(results.cells[1].state, CellState::kWide);
}

TEST(CellResults, CountNoWarmUpAndTellTheColdRunApart) {
  Measured measured = on_a_drifting_host(1);
  RunRecord odd = run_of(measured.grid, 0, 0, 1000);
  odd.phase = Phase::kWarmUp;
  measured.records.insert(measured.records.begin(), odd);
  odd.phase = Phase::kCold;
  measured.records.push_back(odd);
  const BenchResults results = measured.results();
  EXPECT_EQ(results.cells[0].metrics.at("wall_seconds").runs, kRounds);
  EXPECT_LE(results.cells[0].metrics.at("wall_seconds").high, kRounds);
  EXPECT_EQ(results.cells[0].cold.at("wall_seconds"), 1000);
  EXPECT_THAT(results.cells[1].cold, IsEmpty());
}

TEST(CellResults, ShowTheMemoryOfTheMedianRun) {
  const BenchResults results = on_a_drifting_host(1).results();
  ASSERT_THAT(results.cells[0].memory, SizeIs(1));
  EXPECT_EQ(results.cells[0].memory.front().seconds, 3);
}

TEST(CellResults, HaveNoEfficiencyWhereTheNumberOfWorkersIsNotTold) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.keys = {{"workers", {{"1", "1"}, {"auto", "auto"}}}};
  measured.grid.cells[1] = {"workers=auto", {{"workers", {"auto", "auto"}}}, false};
  for (RunRecord& record : measured.records) {
    if (record.cell == "workers=2") record.cell = "workers=auto";
  }
  EXPECT_FALSE(measured.results().cells[1].metrics.contains("efficiency"));
}

TEST(Results, TellHowFarVectorsAreApartInBothFiles) {
  const BenchResults results = of_two_batches({1, 0.25}).results();
  const auto json = nlohmann::json::parse(to_json({}, results));
  const auto& group = json["output_groups"][1];
  EXPECT_EQ(group["largest_vector_difference"], 0.25);
  EXPECT_NEAR(group["smallest_cosine"].get<double>(), 0.970143, 1e-6);
  EXPECT_EQ(group["vectors"], 1);
  EXPECT_EQ(group["compared_with"], "workers=1");
  EXPECT_TRUE(group["largest_score_difference"].is_null());
  EXPECT_TRUE(group["within"].is_null());
  EXPECT_EQ(json["cells"][1]["largest_vector_difference"], 0.25);
  EXPECT_THAT(to_csv(results), HasSubstr(",true,,0.25,0.970"));
}

TEST(ResultsJson, HasHostFactsRightBehindTheSchema) {
  BenchConfig config;
  config.title = "a \"title\"";
  config.published = {{"who", "what"}};
  BenchResults results = on_a_drifting_host(1.5).results();
  results.host = {{"processor", "some"}};
  const auto json = nlohmann::ordered_json::parse(to_json(config, results));
  EXPECT_EQ(json.begin().key(), "schema");
  EXPECT_EQ(std::next(json.begin()).key(), "host");
  EXPECT_EQ(json["title"], config.title);
  EXPECT_EQ(json["baseline"], "workers=1");
  EXPECT_EQ(json["cells"][1]["settings"]["workers"], "2");
  EXPECT_EQ(json["cells"][1]["state"], "wide");
  EXPECT_EQ(json["cells"][1]["output_equal"], true);
  EXPECT_NEAR(json["cells"][1]["metrics"]["speed_up"]["median"].get<double>(), 1.5, 1e-9);
  for (const auto& [name, value] : json["cells"][1]["metrics"].items()) {
    EXPECT_TRUE(json["metrics"].contains(name)) << name << " is explained nowhere";
  }
}

TEST(ResultsJson, HasTheCellOfTheAnswerThoughAnotherHasAHigherMedian) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.cells.push_back({"workers=3", {{"workers", {"3", "3"}}}, false});
  measured.records.push_back(run_of(measured.grid, 2, 0, 0.5));  // one round shows nothing
  const BenchResults results = measured.results();
  EXPECT_THAT(results.answer.front(), HasSubstr("2 workers: 1.50 times"));
  EXPECT_EQ(nlohmann::json::parse(to_json({}, results))["answer_cell"], "workers=2");
}

TEST(ResultsJson, HasNoCellOfTheAnswerWhereNoneWasMeasured) {
  Measured measured;
  RunRecord slow = run_of(measured.grid, 1, 0, 1);
  slow.ending = RunEnding::kOverTime;
  measured.records.push_back(slow);
  const auto json = nlohmann::json::parse(to_json({}, measured.results()));
  ASSERT_TRUE(json.contains("answer_cell"));
  EXPECT_TRUE(json["answer_cell"].is_null());
}

TEST(ResultsCsv, HasALineForEachCellAndAsManyFieldsInEach) {
  Measured measured = on_a_drifting_host(1.5);
  RunRecord slow = run_of(measured.grid, 1, 5, 0);
  slow.ending = RunEnding::kFailed;
  slow.why = "exit code 3: no, \"really\"";
  measured.records.push_back(slow);
  const std::string csv = to_csv(measured.results());
  EXPECT_THAT(csv, HasSubstr("\"exit code 3: no, \"\"really\"\"\""));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
  const std::string header = csv.substr(0, csv.find('\n'));
  const std::string first =
      csv.substr(header.size() + 1, csv.find('\n', header.size() + 1) - header.size() - 1);
  EXPECT_EQ(std::count(header.begin(), header.end(), ','),
            std::count(first.begin(), first.end(), ','));
}

}  // namespace
}  // namespace rookery
