// What a search is asked, and what its outcome is compared with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "supervisor/bench/measured_table.h"
#include "supervisor/bench/tune_order.h"
#include "supervisor/bench/tune_results.h"
#include "supervisor/bench/tune_session.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const char* const kConfig = R"(
model: some/model
inputs: {recordings: [a.wav]}
run: {formats: [jsonl]}
matrix: {workers: [1, 2], allocator: [jemalloc, glibc]}
exclude: [{workers: 2, allocator: glibc}]
baseline: {workers: 1, allocator: glibc}
)";

BenchConfig config() { return *parse_bench_config(kConfig, "bench.yaml"); }

std::string refusal(const std::string& section) {
  const auto order = parse_tune_order(kConfig + section, "bench.yaml");
  return order ? "" : to_string(order.error());
}

TEST(TuneOrder, HasDefaultsWithoutItsSection) {
  EXPECT_EQ(*parse_tune_order(kConfig, "bench.yaml"), TuneOrder{});
}

TEST(TuneOrder, IsReadFromItsSection) {
  const auto order = parse_tune_order(
      std::string(kConfig) +
          "tune: {objective: throughput_in_memory, memory_ceiling: 1G, trials: 9, rounds: 3}",
      "bench.yaml");
  ASSERT_TRUE(order.ok()) << to_string(order.error());
  EXPECT_EQ(*order, (TuneOrder{"throughput_in_memory", 9, 1, 3, 0, 1 << 30}));
}

TEST(TuneOrder, NeedsTheLimitOfItsObjectiveAndTakesNoOther) {
  EXPECT_THAT(refusal("tune: {objective: latency}"), HasSubstr("throughput_floor"));
  EXPECT_THAT(refusal("tune: {objective: throughput_in_memory}"), HasSubstr("memory_ceiling"));
  EXPECT_THAT(refusal("tune: {throughput_floor: 5}"), HasSubstr("latency"));
}

TEST(TuneOrder, NamesTheNearestOfWhatItDoesNotKnow) {
  EXPECT_THAT(refusal("tune: {trails: 5}"), HasSubstr("trials"));
  EXPECT_THAT(refusal("tune: {objective: speed}"), HasSubstr("throughput"));
}

TEST(BenchConfig, LeavesTheSectionOfTuneAlone) {
  EXPECT_TRUE(parse_bench_config(std::string(kConfig) + "tune: {trials: 5}", "bench.yaml").ok());
}

TEST(SearchStart, TellsTheSpaceAsTheGridHasIt) {
  const BenchConfig asked = config();
  const json start = search_start(asked, *make_grid(asked), {});
  EXPECT_EQ(start["values"], (json{{"workers", {"1", "2"}}, {"allocator", {"jemalloc", "glibc"}}}));
  EXPECT_EQ(start["exclude"][0], (json{{"workers", {"2"}}, {"allocator", {"glibc"}}}));
  EXPECT_EQ(start["baseline"], (json{{"workers", "1"}, {"allocator", "glibc"}}));
}

TEST(SearchStart, LeavesKeysOfVaryAtTheBaseline) {
  const BenchConfig asked = *parse_bench_config(
      std::string(kConfig) + "vary: {engine: [processes, threads]}", "bench.yaml");
  const Grid grid = *make_grid(asked);
  const json values = search_start(asked, grid, {})["values"];
  EXPECT_EQ(values["engine"], json::array({"processes"}));
  EXPECT_TRUE(
      cell_with(grid, {{"workers", "2"}, {"allocator", "jemalloc"}, {"engine", "processes"}}).ok());
}

TEST(CellWith, KnowsOnlyCellsOfTheGrid) {
  const Grid grid = *make_grid(config());
  EXPECT_EQ((*cell_with(grid, {{"workers", "2"}, {"allocator", "jemalloc"}}))->id,
            "workers=2 allocator=jemalloc");
  EXPECT_FALSE(cell_with(grid, {{"workers", "2"}, {"allocator", "glibc"}}).ok());
}

class Table : public ::testing::Test {
 protected:
  static json cell(const std::string& id, double speed, double peak) {
    const auto around = [](double median) {
      return json{{"median", median}, {"low", 0.5 * median}, {"high", 2 * median}, {"runs", 3}};
    };
    return {{"id", id},
            {"state", "measured"},
            {"why", ""},
            {"metrics", {{"x_real_time", around(speed)}, {"peak_pss_bytes", around(peak)}}}};
  }

  Result<MeasuredTable> read() {
    const json empty = json::object();
    folder_.write(
        "results.json",
        json{{"schema", "rookery-bench-1"}, {"host", empty}, {"versions", empty}, {"cells", cells_}}
            .dump());
    return MeasuredTable::read(folder_.path() / "results.json", grid_);
  }

  TemporaryFolder folder_;
  BenchConfig config_ = config();
  Grid grid_ = *make_grid(config_);
  json cells_ = {cell("workers=1 allocator=jemalloc", 100, 3e8),
                 cell("workers=1 allocator=glibc", 80, 2e8),
                 cell("workers=2 allocator=jemalloc", 190, 5e8)};
};

TEST_F(Table, AnswersWithNoiseOfTheSizeThatWasMeasured) {
  auto table = read();
  ASSERT_TRUE(table.ok()) << to_string(table.error());
  std::vector<double> heard;
  for (int round = 0; round < 3; ++round) {
    heard.push_back(table->answer(grid_.cells[0], round)->metrics.at("x_real_time"));
  }
  EXPECT_THAT(heard, ::testing::UnorderedElementsAre(50, 100, 200));
  EXPECT_EQ(heard[0], table->answer(grid_.cells[0], 0)->metrics.at("x_real_time"));
}

TEST_F(Table, SaysWhyACellHasNoMetrics) {
  cells_[2] = {{"id", "workers=2 allocator=jemalloc"},
               {"state", "failed"},
               {"why", "no memory"},
               {"metrics", json::object()}};
  EXPECT_THAT(read()->answer(grid_.cells[2], 0)->failed,
              AllOf(HasSubstr("failed"), HasSubstr("no memory")));
}

TEST_F(Table, MustHaveEveryCell) {
  cells_.erase(1);
  EXPECT_THAT(to_string(read().error()), HasSubstr("workers=1 allocator=glibc"));
}

TEST_F(Table, ThatIsOneInNameOnlyIsRefused) {
  for (const json& cell : {json(1), json{{"id", 3}}, json{{"id", "workers=1 allocator=glibc"}}}) {
    cells_[1] = cell;
    EXPECT_THAT(to_string(read().error()), HasSubstr("no results.json of a bench"));
  }
}

TEST_F(Table, HasABestThatKeepsTheLimit) {
  const auto table = read();
  EXPECT_EQ(best_of(*table, grid_, {})->cell->id, "workers=2 allocator=jemalloc");
  TuneOrder order;
  order.objective = "throughput_in_memory";
  order.memory_ceiling = 400'000'000;
  EXPECT_EQ(best_of(*table, grid_, order)->cell->id, "workers=1 allocator=jemalloc");
}

TEST_F(Table, IsWhatTheSearchIsComparedWith) {
  const json findings = {
      {"best", {{"cell", {{"workers", "1"}, {"allocator", "jemalloc"}}}, {"values", {104.0}}}}};
  const auto sweep = compare_with_sweep(findings, *read(), grid_, {});
  ASSERT_TRUE(sweep);
  EXPECT_DOUBLE_EQ(sweep->found, 100);
  EXPECT_DOUBLE_EQ(sweep->share, 100.0 / 190);
}

TEST_F(Table, GivesARunConfigOfTheBest) {
  const TuneOrder order;
  TuneResults results{config_, order, grid_, {}, {}, {}, 0, 0, {}};
  results.findings["best"] = {{"cell", {{"workers", "2"}, {"allocator", "jemalloc"}}}};
  const auto yaml = best_run_yaml(results);
  ASSERT_TRUE(yaml);
  EXPECT_THAT(*yaml, AllOf(HasSubstr("model: some/model\n"), HasSubstr("workers: 2\n"),
                           HasSubstr("allocator: jemalloc\n"), HasSubstr("formats: [jsonl]\n")));
  results.findings["best"] = nullptr;
  EXPECT_FALSE(best_run_yaml(results));
}

}  // namespace
}  // namespace rookery
