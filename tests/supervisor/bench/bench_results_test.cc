// From recorded runs to numbers, words and files.
#include "supervisor/bench/bench_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "supervisor/bench/answer.h"
#include "supervisor/exports/npy_array.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int kCores = 2;
constexpr int kRounds = 5;

Grid workers_grid() {
  Grid grid;
  grid.keys = {{"workers", {{"1", "1"}, {"2", "2"}}}};
  for (const std::string workers : {"1", "2"}) {
    grid.cells.push_back({"workers=" + workers, {{"workers", {workers, workers}}}, false});
  }
  return grid;
}

RunRecord run_of(const Grid& grid, std::size_t cell, int round, double wall) {
  RunRecord record;
  record.cell = grid.cells[cell].id;
  record.round = round;
  record.metrics = {{"wall_seconds", wall},
                    {"x_real_time", 100 / wall},
                    {"peak_pss_bytes", 1e8 * (1 + static_cast<double>(cell))}};
  record.memory = {{wall, 1, 1, std::nullopt}};
  record.output_digest = "d";
  return record;
}

// What a bench of these runs comes to.
struct Measured {
  Grid grid = workers_grid();
  std::vector<RunRecord> records = {};
  std::map<std::string, KeptOutput> kept = {{"d", {}}, {"other", {}}};

  BenchResults results() const {
    ScheduleSettings settings;
    settings.cells = grid.cells.size();
    settings.warm_up_rounds = 0;
    settings.max_repeats = kRounds;
    Schedule schedule(settings);
    for (const RunRecord& record : records) {
      schedule.ended(
          {{record.phase, record.round, *grid.find(record.cell)},
           record.ending,
           record.metrics.count("wall_seconds") > 0 ? record.metrics.at("wall_seconds") : 0,
           record.why});
    }
    BenchResults results;
    results.grid = grid;
    results.cells = cell_results(grid, records, schedule);
    std::vector<std::vector<std::string>> digests;
    for (const CellResult& cell : results.cells) digests.push_back(cell.digests);
    results.groups = compare_outputs(grid, digests,
                                     [this](const std::string& digest) { return kept.at(digest); });
    results.answer = plain_answer(results, kCores);
    return results;
  }
};

// The host gets slower from round to round, by far more than the cells differ.
Measured on_a_drifting_host(double ratio) {
  Measured measured;
  for (int round = 0; round < kRounds; ++round) {
    const double drift = 1 + round;
    measured.records.push_back(run_of(measured.grid, 0, round, drift));
    measured.records.push_back(run_of(measured.grid, 1, round, drift / ratio));
  }
  return measured;
}

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

TEST(Answer, CallsNoCellEqualThatWasSlowerInEveryRound) {
  for (const std::string& sentence : on_a_drifting_host(1.5).results().answer) {
    EXPECT_THAT(sentence, Not(HasSubstr("cannot be told from it")));
  }
}

TEST(Answer, TellsOfLessMemoryOnlyWhereTheIntervalsSaySo) {
  const auto thrifty = [](double least_of_the_other) {
    Measured measured = on_a_drifting_host(1.05);  // the second cell is a little faster, at 2e8
    measured.records[1].metrics["peak_pss_bytes"] = least_of_the_other;
    return measured.results().answer;
  };
  EXPECT_THAT(thrifty(1.9e8), Contains(HasSubstr("1 worker needs 100 MB instead of 200 MB")));
  EXPECT_THAT(thrifty(0.9e8), Not(Contains(HasSubstr("instead of"))));
}

TEST(Answer, TellsModelsOfOneNameInSeveralFoldersApart) {
  Measured measured = on_a_drifting_host(1.5);
  const std::vector<std::string> models = {"models/plain/seq-8", "models/frozen/seq-8"};
  measured.grid.keys = {{"model", {{models[0], ""}, {models[1], ""}}}};
  for (const std::size_t cell : {0U, 1U}) {
    measured.grid.cells[cell].settings = {{"model", {models[cell], ""}}};
  }
  EXPECT_THAT(measured.results().answer.front(),
              HasSubstr("for these models: frozen/seq-8: 1.50 times the speed of the baseline "
                        "(plain/seq-8)"));
}

TEST(Answer, NamesTheFastestCellWithSpeedAndMemory) {
  const auto answer = on_a_drifting_host(1.5).results().answer;
  EXPECT_THAT(answer.front(), HasSubstr("2 workers: 1.50 times the speed of the baseline"));
  EXPECT_THAT(answer.front(), HasSubstr("at 2.00 times its memory"));
}

TEST(Answer, ClaimsNoDifferenceThatWasNotShown) {
  Measured measured;
  for (int round = 0; round < kRounds; ++round) {
    measured.records.push_back(run_of(measured.grid, 0, round, 10));
    measured.records.push_back(run_of(measured.grid, 1, round, round % 2 == 0 ? 9.9 : 10.1));
  }
  EXPECT_THAT(measured.results().answer.front(), HasSubstr("no difference to the baseline"));
}

TEST(Answer, SaysThatTooFewRoundsWereMeasured) {
  Measured measured;
  for (const std::size_t cell : {0U, 1U}) {
    measured.records.push_back(run_of(measured.grid, cell, 0, 3 - static_cast<double>(cell)));
  }
  EXPECT_THAT(measured.results().answer.front(), HasSubstr("Too few rounds were measured"));
  EXPECT_THAT(on_a_drifting_host(1.5).results().answer, Not(Contains(HasSubstr("Too few"))));
}

TEST(Answer, SaysThatNothingWasFasterThanTheBaseline) {
  EXPECT_THAT(on_a_drifting_host(0.5).results().answer.front(),
              HasSubstr("nothing was faster than the baseline"));
}

TEST(Answer, SaysWhatIsOversubscribed) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.cells[1].oversubscribed = true;
  const auto answer = measured.results().answer;
  EXPECT_THAT(answer.front(), HasSubstr("2 workers (oversubscribed)"));
  EXPECT_THAT(answer, Contains(HasSubstr("1 of 2 cells ask for more threads than the 2 cores")));
}

TEST(Answer, SaysLoudlyThatOutputsDiffer) {
  Measured measured = on_a_drifting_host(1.5);
  EXPECT_THAT(measured.results().answer, Not(Contains(HasSubstr("WARNING"))));
  measured.records.back().output_digest = "other";
  EXPECT_THAT(measured.results().answer,
              Contains(AllOf(HasSubstr("WARNING"),
                             HasSubstr("workers=2 not as the first run of workers=1"))));
}

// Cells that differ in a key that shapes results; every run of the second gives `vector`.
Measured of_two_batches(const std::vector<float>& vector) {
  Measured measured = on_a_drifting_host(1.5);
  measured.grid.keys = {{"batch.size", {{"1", "1"}, {"2", "2"}}}};
  for (const std::size_t cell : {0U, 1U}) measured.grid.cells[cell].settings[0].key = "batch.size";
  for (RunRecord& record : measured.records) {
    if (record.cell == measured.grid.cells[1].id) record.output_digest = "other";
  }
  const std::string header = npy_header("<f4", {1, 2});
  measured.kept["d"].arrays["a.npy"] = header + std::string(npy_bytes(std::vector<float>{1, 0}));
  measured.kept["other"].arrays["a.npy"] = header + std::string(npy_bytes(vector));
  return measured;
}

TEST(Answer, TellsHowFarVectorsAreApart) {
  EXPECT_THAT(of_two_batches({1, 0.25}).results().answer,
              Contains(AllOf(HasSubstr("from the baseline's, components of vectors differ by 0.25 "
                                       "at most, the least cosine similarity is 0.970143"))));
}

TEST(Answer, CallsNoOutputTheBaselinesThatIsNot) {
  Measured measured = of_two_batches({1, 0.25});
  measured.grid.cells.push_back({"batch.size=3", {{"batch.size", {"3", "3"}}}, false});
  measured.records.push_back(run_of(measured.grid, 2, 0, 1));
  for (RunRecord& record : measured.records) {
    if (record.cell == measured.grid.cells[0].id) record.ending = RunEnding::kFailed;
  }
  EXPECT_THAT(measured.results().answer,
              Contains(HasSubstr("from those of workers=2 (the baseline gave none)")));
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

TEST(Answer, CountsWhatWasNotMeasured) {
  Measured measured;
  RunRecord slow = run_of(measured.grid, 1, 0, 0);
  slow.ending = RunEnding::kOverTime;
  slow.metrics.clear();
  measured.records.push_back(slow);
  const auto answer = measured.results().answer;
  EXPECT_EQ(answer.front(), "No cell was measured.");
  EXPECT_THAT(answer, Contains(HasSubstr("took longer than a cell may and were stopped: 1 of 2")));
  EXPECT_THAT(answer, Contains(HasSubstr("not reached within the time budget: 1 of 2")));
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
