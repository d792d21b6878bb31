// What a search is asked, and the space that it is given.
#include "supervisor/bench/tune_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/bench/search_space.h"
#include "supervisor/bench/tune_session.h"
#include "tests/supervisor/bench/tuned_config.h"

namespace rookery {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

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
  EXPECT_THAT(refusal("tune: {objective: throughput_in_memory, memory_ceiling: none}"),
              HasSubstr("memory_ceiling"));
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
  const BenchConfig asked = search_space(*parse_bench_config(
      std::string(kConfig) + "vary: {engine: [processes, threads], openmp: [libgomp, libomp]}",
      "bench.yaml"));
  const Grid grid = *make_grid(asked);
  EXPECT_THAT(grid.cells, SizeIs(3)) << "those of the matrix";
  const json values = search_start(asked, grid, {})["values"];
  EXPECT_EQ(values["engine"], json::array({"processes"}));
  EXPECT_TRUE(cell_with(grid, {{"workers", "2"},
                               {"allocator", "jemalloc"},
                               {"engine", "processes"},
                               {"openmp", "libgomp"}})
                  .ok());
}

TEST(SearchSpace, HoldsNoPatternsOfCellsThatItLeavesOut) {
  BenchConfig asked = *parse_bench_config(
      "inputs: {generated: {}}\nmatrix: {workers: [1, 2, 4]}\nvary: {engine: [processes, "
      "threads]}\n"
      "baseline: {engine: threads}\n"
      "exclude: [{workers: 2, engine: processes}, {workers: 4, engine: threads}]\n"
      "figures: [{kind: bars, x: engine, where: {engine: processes}}]",
      "bench.yaml");
  const auto grid = make_grid(search_space(std::move(asked)));
  ASSERT_TRUE(grid.ok()) << to_string(grid.error());
  std::vector<std::string> cells;
  for (const Cell& cell : grid->cells) cells.push_back(cell.id);
  EXPECT_THAT(cells, ElementsAre("workers=1 engine=threads", "workers=2 engine=threads"));
}

TEST(CellWith, KnowsOnlyCellsOfTheGrid) {
  const Grid grid = *make_grid(config());
  EXPECT_EQ((*cell_with(grid, {{"workers", "2"}, {"allocator", "jemalloc"}}))->id,
            "workers=2 allocator=jemalloc");
  EXPECT_FALSE(cell_with(grid, {{"workers", "2"}, {"allocator", "glibc"}}).ok());
}

}  // namespace
}  // namespace rookery
