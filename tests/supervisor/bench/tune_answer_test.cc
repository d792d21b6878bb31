// What is said of the outcome of a search, to people and in tune.json.
#include "supervisor/bench/tune_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "supervisor/bench/tune_order.h"
#include "supervisor/bench/tune_results.h"
#include "tests/supervisor/bench/tuned_config.h"

namespace rookery {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

json trial(const std::string& workers, const std::string& allocator, const json& values) {
  return {{"cell", {{"workers", workers}, {"allocator", allocator}}},
          {"values", values},
          {"feasible", true}};
}

class AnswerOfSearch : public ::testing::Test {
 protected:
  void SetUp() override {
    results_.findings = {
        {"best", trial("2", "jemalloc", {150.0})},
        {"importance", json::object()},
        {"history", {trial("1", "glibc", {100.0}), trial("2", "jemalloc", {150.0})}}};
  }
  std::string first() const { return answer_of_search(results_).front(); }
  // As if the best, which has this much of what is limited, missed the limit.
  void miss_the_limit(double value) {
    results_.findings["best"]["feasible"] = false;
    results_.findings["best"]["limited"] = value;
  }

  const BenchConfig asked_ = config();
  Grid grid_ = *make_grid(asked_);
  TuneOrder order_;
  TuneResults results_{asked_, order_, grid_, {}, {}, {}, 0, 0, {}, {}, 0};
};

TEST_F(AnswerOfSearch, ComparesWithTheBaselineByWhatWasRunByTurns) {
  EXPECT_EQ(best_beside_baseline(results_.findings, grid_)->id, "workers=2 allocator=jemalloc");
  results_.against_baseline = Estimate{1.25, 1.2, 1.3, 3};
  EXPECT_THAT(first(), HasSubstr("1.25 times the baseline's (by turns in 3 rounds: 1.20 to 1.30)"));
  EXPECT_EQ(json::parse(to_json(results_))["against_baseline"]["median"], 1.25);
}

TEST_F(AnswerOfSearch, SaysHowManyRunsWereSetAside) {
  EXPECT_THAT(answer_of_search(results_).back(), Not(HasSubstr("set aside")));
  results_.runs_set_aside = 4;
  EXPECT_THAT(answer_of_search(results_).back(), HasSubstr("set aside"));
  EXPECT_EQ(json::parse(to_json(results_))["runs_set_aside"], 4);
}

TEST_F(AnswerOfSearch, ComparesNoRunsOfDifferentTimes) {
  EXPECT_THAT(first(), AllOf(HasSubstr("not run by turns"), Not(HasSubstr("1.50"))));
  EXPECT_TRUE(json::parse(to_json(results_))["against_baseline"].is_null());
}

TEST_F(AnswerOfSearch, ComparesTheBaselineWithNothingIfItIsTheBestOrFailed) {
  results_.findings["history"][0]["values"] = nullptr;
  EXPECT_EQ(best_beside_baseline(results_.findings, grid_), nullptr);
  EXPECT_THAT(first(), Not(HasSubstr("baseline")));
  results_.findings["best"] = trial("1", "glibc", {100.0});
  results_.findings["history"][0]["values"] = {100.0};
  EXPECT_EQ(best_beside_baseline(results_.findings, grid_), nullptr);
}

TEST_F(AnswerOfSearch, SaysWhetherAnythingWasRun) {
  EXPECT_THAT(first(), HasSubstr("On this host"));
  EXPECT_EQ(json::parse(to_json(results_))["replayed"], false);
  results_.replayed = true;
  EXPECT_THAT(first(), AllOf(HasSubstr("By the table"), HasSubstr("1.50 times the baseline's")));
  EXPECT_EQ(json::parse(to_json(results_))["replayed"], true);
}

TEST_F(AnswerOfSearch, MarksCellsThatAreOversubscribed) {
  EXPECT_THAT(to_json(results_), Not(HasSubstr("(oversubscribed)")));
  grid_.cells[*grid_.find("workers=2 allocator=jemalloc")].oversubscribed = true;
  results_.findings["pareto"] = json::array({trial("2", "jemalloc", {150.0})});
  EXPECT_THAT(
      answer_of_search(results_),
      ElementsAre(HasSubstr("workers=2 allocator=jemalloc (oversubscribed) is the best found"),
                  AllOf(HasSubstr("1 of these 2 cells"), HasSubstr("more threads"))));
  const json told = json::parse(to_json(results_));
  EXPECT_EQ(told["best"]["oversubscribed"], true);
  EXPECT_EQ(told["pareto"][0]["oversubscribed"], true);
  EXPECT_EQ(told["history"][0]["oversubscribed"], false);
  EXPECT_EQ(told["history"][1]["oversubscribed"], true);
}

TEST_F(AnswerOfSearch, SaysWhichCellComesNearestToACeilingThatNoneKeeps) {
  order_.objective = "throughput_in_memory";
  order_.memory_ceiling = 200'000'000;
  miss_the_limit(300e6);
  EXPECT_THAT(answer_of_search(results_),
              ElementsAre(HasSubstr("none of the cells that were measured keeps the limit of at "
                                    "most 200 MB"),
                          HasSubstr("workers=2 allocator=jemalloc comes nearest, with 300 MB"),
                          HasSubstr("no run.yaml")));
  EXPECT_EQ(best_beside_baseline(results_.findings, grid_), nullptr)
      << "runs that compare what nobody is to take";
}

TEST_F(AnswerOfSearch, SaysWhichCellComesNearestToAFloorThatNoneKeeps) {
  order_.objective = "latency";
  order_.throughput_floor = 120;
  miss_the_limit(97.5);
  EXPECT_THAT(
      answer_of_search(results_),
      ElementsAre(HasSubstr("keeps the limit of at least 120.0 times real time"),
                  HasSubstr("comes nearest, with 97.5 times real time"), HasSubstr("no run.yaml")));
}

TEST_F(AnswerOfSearch, SaysWhatIsInTheFrontAndWhichOfItRunYamlHas) {
  order_.objective = "pareto";
  const json fastest = trial("2", "jemalloc", {150.0, 5e8});
  const json least = trial("1", "glibc", {100.0, 2e8});
  results_.findings["best"] = fastest;
  results_.findings["history"] = {least, fastest};
  results_.findings["pareto"] = {fastest, least};
  EXPECT_THAT(
      answer_of_search(results_),
      ElementsAre(HasSubstr("workers=2 allocator=jemalloc is the fastest found"),
                  AllOf(HasSubstr("front has 2 settings"),
                        HasSubstr("from 150.0 times real time with 500 MB to 100.0 with 200 MB"),
                        HasSubstr("run.yaml has the fastest"))));
  results_.findings["pareto"] = json::array({fastest});
  EXPECT_THAT(answer_of_search(results_).back(), HasSubstr("this setting alone"));
}

}  // namespace
}  // namespace rookery
