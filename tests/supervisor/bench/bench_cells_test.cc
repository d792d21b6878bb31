#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/cells.h"
#include "supervisor/config/config_file.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kCores = 4;
const std::string kCommon = "model: some-model\ninputs: {recordings: a.wav}\n";

// A config that only lacks what a test is about.
Result<Grid> grid_of(const std::string& yaml) {
  const auto config = parse_bench_config(kCommon + yaml, "bench.yaml");
  if (!config) return config.error();
  auto grid = make_grid(*config);
  if (!grid) return grid.error();
  const Status checked = check_cells(*config, *grid, kCores);
  if (!checked) return checked.error();
  return grid;
}

std::vector<std::string> ids(const std::string& yaml) {
  const auto grid = grid_of(yaml);
  if (!grid) return {to_string(grid.error())};
  std::vector<std::string> all;
  for (const Cell& cell : grid->cells) all.push_back(cell.id);
  return all;
}

std::string refusal(const std::string& yaml) {
  const auto grid = grid_of(yaml);
  return grid ? "accepted" : grid.error().reason;
}

TEST(Cells, AreAllCombinationsOfTheMatrix) {
  EXPECT_THAT(ids("matrix: {workers: [1, 2], engine: [processes, threads]}"),
              ElementsAre("workers=1 engine=processes", "workers=1 engine=threads",
                          "workers=2 engine=processes", "workers=2 engine=threads"));
}

TEST(Cells, LeaveOutWhatIsExcluded) {
  EXPECT_THAT(ids("matrix: {start: [fork, spawn], engine: [processes, threads]}\n"
                  "exclude: [{start: spawn, engine: threads}]"),
              ElementsAre("start=fork engine=processes", "start=fork engine=threads",
                          "start=spawn engine=processes"));
  EXPECT_THAT(ids("matrix: {workers: [1, 2, 3, 4]}\nexclude: [{workers: [2, 4]}]"),
              ElementsAre("workers=1", "workers=3"));
}

TEST(Cells, VaryOneKeyAtATimeAroundTheBaseline) {
  EXPECT_THAT(ids("matrix: {workers: [1, 2]}\n"
                  "vary: {allocator: [jemalloc, glibc], batch.size: [4, 8]}\n"
                  "baseline: {workers: 2}"),
              ElementsAre("workers=1 allocator=jemalloc batch.size=4",
                          "workers=2 allocator=jemalloc batch.size=4",
                          "workers=2 allocator=glibc batch.size=4",
                          "workers=2 allocator=jemalloc batch.size=8"));
}

TEST(Cells, AreOneWithoutAMatrix) { EXPECT_THAT(ids("repeats: 3"), ElementsAre("all")); }

TEST(Cells, NestedAndDottedKeysAreTheSame) {
  EXPECT_EQ(ids("matrix: {batch: {size: [1, 2]}}"), ids("matrix: {batch.size: [1, 2]}"));
}

TEST(Cells, BaselineTakesTheFirstValueOfWhatItDoesNotName) {
  const auto grid =
      grid_of("matrix: {workers: [1, 2], engine: [processes, threads]}\nbaseline: {workers: 2}");
  ASSERT_TRUE(grid.ok());
  EXPECT_EQ(grid->cells[grid->baseline].id, "workers=2 engine=processes");
}

std::vector<std::string> oversubscribed(const std::string& yaml) {
  const auto config = parse_bench_config(kCommon + yaml, "bench.yaml");
  auto grid = make_grid(*config);
  EXPECT_TRUE(check_cells(*config, *grid, kCores).ok());
  std::vector<std::string> over;
  for (const Cell& cell : grid->cells) {
    const std::string run = run_yaml(run_settings(*config, cell));
    EXPECT_EQ(cell.oversubscribed, run.find("oversubscribe: true") != std::string::npos);
    if (cell.oversubscribed) over.push_back(cell.id);
  }
  return over;
}

TEST(Cells, AskingForMoreThreadsThanCoresAreMarkedAndMayDoSo) {
  EXPECT_THAT(oversubscribed("run: {pin: false}\nmatrix: {workers: [1, 4], intra_op: [1, 4, 5]}"),
              ElementsAre("workers=1 intra_op=5", "workers=4 intra_op=4", "workers=4 intra_op=5"));
  EXPECT_THAT(oversubscribed("matrix: {workers: [4, 5]}"), ElementsAre("workers=5"));
}

TEST(Cells, OfPinnedWorkersWithSeveralThreadsNeedNoMoreCoresThanOthers) {
  EXPECT_THAT(
      oversubscribed("matrix: {pin: [true, false], intra_op: [1, 2, 5]}\nrun: {workers: 1}"),
      ElementsAre("pin=true intra_op=5", "pin=false intra_op=5"));
}

TEST(Cells, ThatReadAheadOrRunOperatorsSideBySideHaveMoreThreads) {
  EXPECT_THAT(oversubscribed("run: {workers: 3}\nmatrix: {decode_ahead: [false, true]}"),
              ElementsAre("decode_ahead=true"));
  EXPECT_THAT(oversubscribed("run: {workers: 2}\nmatrix: {decode_ahead: [true]}"), IsEmpty());
  EXPECT_THAT(oversubscribed("run: {workers: 3}\n"
                             "matrix: {engine: [processes, threads], inter_op: [1, 2, 3]}"),
              ElementsAre("engine=processes inter_op=2", "engine=processes inter_op=3",
                          "engine=threads inter_op=3"));
}

TEST(Cells, OfAsManyWorkersAsThereAreCoresForAreOversubscribedOnlyIfOneIs) {
  EXPECT_THAT(oversubscribed("matrix: {workers: [auto], intra_op: [1, 2, 5]}"),
              ElementsAre("workers=auto intra_op=5"));
}

TEST(Cells, KeepAsManyCoresBusyAsTheyHaveThreadsThatCompute) {
  const auto config = parse_bench_config(
      kCommon + "matrix: {workers: [1, 2, auto, 9], decode_ahead: [false, true]}", "bench.yaml");
  auto grid = make_grid(*config);
  ASSERT_TRUE(check_cells(*config, *grid, kCores).ok());
  std::vector<int> busy;
  for (const Cell& cell : grid->cells) busy.push_back(cell.busy_cores);
  EXPECT_THAT(busy, ElementsAre(1, 2, 2, 4, kCores, kCores, kCores, kCores));
}

TEST(Cells, OfVaryAreKnownWithTheBaseline) {
  const auto config = parse_bench_config(
      kCommon +
          "matrix: {workers: [1, 2]}\nvary: {engine: [processes, threads], intra_op: [1, 2]}\n"
          "baseline: {workers: 2}",
      "bench.yaml");
  const auto grid = make_grid(*config);
  std::vector<std::string> ids;
  for (const std::size_t cell : cells_of_vary(*config, *grid)) ids.push_back(grid->cells[cell].id);
  EXPECT_THAT(ids, ElementsAre("workers=2 engine=processes intra_op=1",
                               "workers=2 engine=threads intra_op=1",
                               "workers=2 engine=processes intra_op=2"));
}

TEST(Cells, GiveARunTheConfigsKeysAndTheirOwnInTheirPlace) {
  const auto config = parse_bench_config(
      kCommon + "run: {workers: 3, postprocess: {threshold: 0.25}}\nmatrix: {workers: [2]}", "x");
  ASSERT_TRUE(config.ok()) << to_string(config.error());
  const auto grid = make_grid(*config);
  ASSERT_TRUE(grid.ok());
  RunConfig run;
  const std::string yaml = run_yaml(run_settings(*config, grid->cells.front()));
  ASSERT_TRUE(apply_config_yaml(run, yaml, "cell.yaml").ok()) << yaml;
  RunConfig expected;
  expected.models = {"some-model"};
  expected.speed.workers = 2;
  expected.results.postprocess.threshold = 0.25;
  EXPECT_EQ(run, expected);
}

TEST(Cells, ANullLeavesTheKeyUnset) {
  const auto config = parse_bench_config(kCommon + "matrix: {workers: [~, 2]}", "x");
  ASSERT_TRUE(config.ok());
  const auto grid = make_grid(*config);
  ASSERT_TRUE(grid.ok());
  EXPECT_EQ(grid->cells.front().id, "workers=unset");
  EXPECT_EQ(run_yaml(run_settings(*config, grid->cells.front())), "model: some-model\n");
}

TEST(Cells, ModelsMayBeCompared) {
  const auto config =
      parse_bench_config("inputs: {recordings: a.wav}\nmatrix: {model: [a, [b, c]]}", "x");
  ASSERT_TRUE(config.ok());
  auto grid = make_grid(*config);
  ASSERT_TRUE(grid.ok());
  EXPECT_TRUE(check_cells(*config, *grid, kCores).ok());
  EXPECT_EQ(run_yaml(run_settings(*config, grid->cells[1])), "model: [b, c]\n");
}

TEST(BenchConfig, RefusesUnknownNamesWithTheNearest) {
  EXPECT_THAT(refusal("repeat: 3"), AllOf(HasSubstr("repeat"), HasSubstr("nearest is repeats")));
  EXPECT_THAT(refusal("inputs2: 3"), HasSubstr("nearest is inputs"));
  EXPECT_THAT(refusal("matrix: {worker: [1]}"), HasSubstr("nearest is workers"));
  EXPECT_THAT(refusal("run: {batch: {sise: 3}}"), HasSubstr("nearest is batch.size"));
  EXPECT_THAT(refusal("matrix: {workers: [1]}\nbaseline: {worker: 1}"),
              HasSubstr("nearest is workers"));
  EXPECT_THAT(refusal("matrix: {engine: [processes, threads]}\nbaseline: {engine: thread}"),
              HasSubstr("nearest is threads"));
  EXPECT_THAT(refusal("matrix: {workers: [1, 2]}\nexclude: [{workers: 3}]"),
              HasSubstr("3 is no value of workers"));
  EXPECT_THAT(refusal("figures: [{kind: line}]"), HasSubstr("lines"));
  EXPECT_THAT(refusal("figures: [{kind: lines, y: x_realtime}]"),
              HasSubstr("nearest is x_real_time"));
}

TEST(BenchConfig, RefusesFiguresThatCouldNotBeDrawn) {
  const std::string matrix = "matrix: {workers: [1, 2]}\nfigures: ";
  EXPECT_THAT(refusal(matrix + "[{kind: lines, y: x_real_time}]"), HasSubstr("lines needs x"));
  EXPECT_THAT(refusal(matrix + "[{kind: heatmap, x: workers}]"), HasSubstr("heatmap needs series"));
  EXPECT_THAT(refusal(matrix + "[{kind: bars, x: wall_seconds}]"), HasSubstr("figures.x"));
  EXPECT_THAT(refusal(matrix + "[{kind: bars, x: workers, y: workers}]"), HasSubstr("figures.y"));
  EXPECT_EQ(refusal(matrix + "[{kind: pareto, x: wall_seconds, y: x_real_time}]"), "accepted");
}

TEST(BenchConfig, RefusesAValueThatIsNamedTwice) {
  EXPECT_THAT(refusal("matrix: {workers: [1, 2, 1]}"), HasSubstr("workers: 1 is named twice"));
}

TEST(BenchConfig, RefusesValuesOfCellsNamingKeyAndValue) {
  EXPECT_THAT(refusal("matrix: {engine: [processes, fibres]}"),
              AllOf(HasSubstr("engine"), HasSubstr("fibres")));
  EXPECT_THAT(refusal("vary: {workers: [1, 0]}"), AllOf(HasSubstr("workers"), HasSubstr("0")));
  EXPECT_THAT(refusal("run: {intra_op: many}"), AllOf(HasSubstr("intra_op"), HasSubstr("many")));
  EXPECT_THAT(refusal("matrix: {workers: 2}"), AllOf(HasSubstr("workers"), HasSubstr("list")));
  EXPECT_THAT(refusal("run: {out: x}"), HasSubstr("bench sets this key itself"));
  EXPECT_THAT(refusal("matrix: {workers: [1]}\nvary: {workers: [2]}"), HasSubstr("twice"));
  EXPECT_THAT(refusal("matrix: {workers: [1, 2]}\nexclude: [{workers: 1}]"),
              AllOf(HasSubstr("baseline"), HasSubstr("excluded")));
}

TEST(BenchConfig, RefusesRoundsAndTimesThatCannotBe) {
  EXPECT_THAT(refusal("repeats: 0"), HasSubstr("repeats"));
  EXPECT_THAT(refusal("repeats: 5\nmax_repeats: 3"), HasSubstr("max_repeats"));
  EXPECT_THAT(refusal("time_budget: soon"), HasSubstr("time_budget"));
  EXPECT_THAT(refusal("max_cell_time: none"),
              AllOf(HasSubstr("max_cell_time"), HasSubstr("takes a time")));
}

TEST(BenchConfig, TakesRecordingsOrGeneratedAudioAndOneOfThem) {
  for (const char* inputs : {"inputs: {}", "inputs: {recordings: a, generated: {count: 1}}"}) {
    const auto config = parse_bench_config(std::string("model: m\n") + inputs, "x");
    ASSERT_FALSE(config.ok());
    EXPECT_THAT(config.error().reason, HasSubstr("inputs"));
  }
}

// Each run would need the list again.
TEST(BenchConfig, RefusesAListOnStandardInput) {
  const auto config = parse_bench_config("model: m\ninputs: {recordings: [a.wav, '-']}", "x");
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().stage, "config");
  EXPECT_THAT(config.error().reason, HasSubstr("standard input"));
}

TEST(BenchConfig, NeedsAModel) {
  const auto config = parse_bench_config("inputs: {recordings: a}", "x");
  ASSERT_TRUE(config.ok());
  auto grid = make_grid(*config);
  ASSERT_TRUE(grid.ok());
  const Status checked = check_cells(*config, *grid, kCores);
  ASSERT_FALSE(checked.ok());
  EXPECT_THAT(checked.error().reason, HasSubstr("model"));
}

TEST(BenchConfig, HasTimesInWords) {
  const auto config = parse_bench_config(kCommon + "time_budget: 1h30m\nmax_cell_time: 45s", "x");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->time_budget, std::chrono::minutes(90));
  EXPECT_EQ(config->max_cell_time, std::chrono::seconds(45));
}

}  // namespace
}  // namespace rookery
