// What the outcome of a search is compared with, and what a run is given of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "supervisor/bench/by_turns.h"
#include "supervisor/bench/measured_table.h"
#include "supervisor/bench/tune_order.h"
#include "supervisor/bench/tune_results.h"
#include "tests/supervisor/bench/tuned_config.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
  const auto heard = [&](int round) {
    return table->answer(grid_.cells[0], round)->metrics.at("x_real_time");
  };
  EXPECT_THAT((std::vector<double>{heard(0), heard(1), heard(2)}),
              ::testing::UnorderedElementsAre(50, 100, 200));
  EXPECT_EQ(heard(0), heard(0)) << "an answer is one round's";
}

TEST_F(Table, SaysWhyACellHasNoMetrics) {
  cells_[2] = {{"id", "workers=2 allocator=jemalloc"},
               {"state", "failed"},
               {"why", "no memory"},
               {"metrics", json::object()}};
  EXPECT_THAT(read()->answer(grid_.cells[2], 0)->failed,
              AllOf(HasSubstr("failed"), HasSubstr("no memory")));
}

// One that failed after some rounds has numbers of these.
TEST_F(Table, HasNoNumbersOfACellThatFailedLater) {
  cells_[2]["state"] = "failed";
  cells_[2]["oversubscribed"] = true;
  const auto table = read();
  EXPECT_EQ(best_of(*table, grid_, {})->cell->id, "workers=1 allocator=jemalloc");
  EXPECT_TRUE(table->oversubscribed("workers=2 allocator=jemalloc"));
  EXPECT_FALSE(table->oversubscribed("workers=1 allocator=jemalloc"));
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
  const json findings = {{"best",
                          {{"cell", {{"workers", "1"}, {"allocator", "jemalloc"}}},
                           {"values", {104.0}},
                           {"feasible", true}}}};
  const auto sweep = compare_with_sweep(findings, *read(), grid_, {});
  ASSERT_TRUE(sweep);
  EXPECT_DOUBLE_EQ(sweep->found, 100);
  EXPECT_DOUBLE_EQ(sweep->share, 100.0 / 190);
}

TEST_F(Table, IsNoMeasureOfACellThatMissesTheLimit) {
  json findings = {{"best",
                    {{"cell", {{"workers", "1"}, {"allocator", "jemalloc"}}},
                     {"values", {104.0}},
                     {"feasible", false}}}};
  EXPECT_FALSE(compare_with_sweep(findings, *read(), grid_, {}));
  findings["best"]["feasible"] = true;
  EXPECT_TRUE(compare_with_sweep(findings, *read(), grid_, {}));
}

TEST_F(Table, GivesARunConfigOfTheBest) {
  const TuneOrder order;
  TuneResults results{config_, order, grid_, {}, {}, {}, 0, 0, {}, {}, 0};
  results.findings["best"] = {{"cell", {{"workers", "2"}, {"allocator", "jemalloc"}}},
                              {"feasible", true}};
  const auto yaml = best_run_yaml(results);
  ASSERT_TRUE(yaml);
  EXPECT_THAT(*yaml, AllOf(HasSubstr("workers: 2\n"), HasSubstr("allocator: jemalloc\n"),
                           HasSubstr("formats: [jsonl]\n")));
  EXPECT_EQ(YAML::Load(*yaml)["model"].as<std::string>(),
            (std::filesystem::current_path() / "some/model").native());
  results.findings["best"]["feasible"] = false;
  EXPECT_FALSE(best_run_yaml(results)) << "it misses the limit";
  results.findings["best"] = nullptr;
  EXPECT_FALSE(best_run_yaml(results));
}

// A host that slows down from run to run, and what it was asked.
class SlowingHost : public CellAnswers {
 public:
  Result<CellAnswer> answer(const Cell& cell, std::int32_t round) override {
    asked.push_back(cell.id.substr(cell.id.rfind('=') + 1) + std::to_string(round));
    CellAnswer answer;
    if (asked.size() > runs) return last;
    speed *= 0.9;
    answer.metrics["x_real_time"] = cell.id.ends_with("glibc") ? speed : 2 * speed;
    return answer;
  }
  std::map<std::string, std::string> host() const override { return {}; }
  std::map<std::string, std::string> versions() const override { return {}; }

  std::vector<std::string> asked;
  std::size_t runs = 100;  // that there is time for
  CellAnswer last;         // to what is asked then
  double speed = 100;
};

class BestAndBaseline : public ::testing::Test {
 protected:
  ByTurns run(SlowingHost& host) const {
    return *run_by_turns(grid_.cells[0], grid_.cells[1], "x_real_time", 7, host,
                         [](const std::string&) {});
  }
  // With time for so many runs; what is asked then has this answer.
  ByTurns run(std::size_t runs, const CellAnswer& last) const {
    SlowingHost host;
    host.runs = runs;
    host.last = last;
    return run(host);
  }

  const Grid grid_ = *make_grid(config());
};

TEST_F(BestAndBaseline, AreRunByTurnsEachFirstInEveryOtherRound) {
  SlowingHost host;
  const auto ratio = run(host).ratio;
  EXPECT_THAT(host.asked,
              ElementsAre("jemalloc7", "glibc7", "glibc8", "jemalloc8", "jemalloc9", "glibc9"));
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->runs, 3);
  EXPECT_NEAR(ratio->low, 2 * 0.9, 1e-9) << "the baseline began";
  EXPECT_NEAR(ratio->high, 2 / 0.9, 1e-9) << "the best began";
}

TEST_F(BestAndBaseline, AreComparedByTheRoundsThatWereWhole) {
  CellAnswer stop;
  stop.stop = true;
  EXPECT_EQ(run(3, stop).ratio->runs, 1);
  CellAnswer failed;
  failed.failed = "no memory";
  EXPECT_FALSE(run(1, failed).ratio);
}

TEST_F(BestAndBaseline, AreNotComparedIfASignalCame) {
  CellAnswer interrupted;
  interrupted.signal = 15;
  EXPECT_EQ(run(3, interrupted).signal, 15);
}

}  // namespace
}  // namespace rookery
