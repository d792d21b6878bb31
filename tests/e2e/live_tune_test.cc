// `rookery tune` with real runs of the DTMF model: what it finds, and that it goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/measuring_job.h"

namespace rookery::e2e {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Six cells, one key of which shapes results; four are asked for, the last by what was told.
const std::string kConfig =
    "title: A small search\n"
    "inputs: {generated: {count: 2, minutes: 0.1, sample_rate: 8000}}\n"
    "matrix: {workers: [1, 2, 3], postprocess.merge: [true, false]}\n"
    "baseline: {workers: 2}\n"
    "run: {oversubscribe: true}\n"
    "tune: {trials: 4, rounds: 1, seed: 3}\n";
constexpr std::size_t kTrials = 4;
const std::string kBaseline = "workers=2 postprocess.merge=true";
constexpr std::size_t kTurnRounds = 3;

json settings_of(const json& cell) { return cell["cell"]; }

std::string id_of(const json& settings) {
  return "workers=" + settings["workers"].get<std::string>() +
         " postprocess.merge=" + settings["postprocess.merge"].get<std::string>();
}

double speed_of(const json& run) { return run["metrics"]["x_real_time"]; }

// What a search found, without when and how long.
json findings_in(const MeasuringJob& job) {
  json told = job.told("tune.json");
  for (const char* of_the_session : {"created_seconds", "spent_seconds", "host"}) {
    told.erase(of_the_session);
  }
  return told;
}

// A search in a folder of its own that is told the same, and need run nothing.
json findings_of_a_search_told(const std::string& runs) {
  const MeasuringJob other("tune");
  other.put("runs.jsonl", runs);
  const ProgramEnd end = run_job(other.program(with_dtmf_model(kConfig)));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(read_bytes(other.file("runs.jsonl")), runs) << "something was run";
  return findings_in(other);
}

// Of a search's runs those whose cells it asked for: one comes before them, and behind them those
// of best and baseline by turns.
std::vector<json> searched(const std::vector<json>& runs) {
  std::vector<json> some;
  std::ranges::copy_if(runs, std::back_inserter(some), [](const json& run) {
    return run["phase"] == "measured" && run["round"] == 0;
  });
  return some;
}

void expect_each_run_once(const std::vector<json>& runs) {
  std::set<std::string> all;
  std::set<std::string> cells;
  for (const json& run : runs) {
    cells.insert(run["cell"]);
    all.insert(run["phase"].get<std::string>() + run["cell"].get<std::string>() +
               run["round"].dump());
  }
  EXPECT_THAT(all, SizeIs(runs.size()));
  EXPECT_THAT(cells, SizeIs(kTrials));
  EXPECT_THAT(searched(runs), SizeIs(kTrials));
}

// What the answer compares is what was run by turns, where the best is another cell.
void expect_turns(const json& told, const std::vector<json>& runs) {
  const std::string best = id_of(settings_of(told["best"]));
  if (best == kBaseline) {
    EXPECT_TRUE(told["against_baseline"].is_null());
    EXPECT_THAT(runs, SizeIs(1 + kTrials));
    return;
  }
  ASSERT_THAT(runs, SizeIs(1 + kTrials + 2 * kTurnRounds));
  std::vector<std::string> turns;
  for (std::size_t i = 1 + kTrials; i < runs.size(); ++i) turns.push_back(runs[i]["cell"]);
  EXPECT_THAT(turns, ElementsAre(best, kBaseline, kBaseline, best, best, kBaseline));
  EXPECT_EQ(told["against_baseline"]["rounds"], kTurnRounds);
}

TEST(Tune, FindsTheBestOfTheCellsThatItRan) {
  const MeasuringJob job("tune");
  const ProgramEnd end = run_job(job.program(with_dtmf_model(kConfig)));
  ASSERT_EQ(end.exit_code, 0) << end.err;
  expect_each_run_once(job.runs());
  EXPECT_EQ(job.runs().front()["phase"], "warm_up");
  EXPECT_EQ(job.runs().front()["cell"], kBaseline);
  const auto runs = searched(job.runs());
  EXPECT_EQ(runs.front()["cell"], kBaseline);
  const json told = job.told("tune.json");
  expect_turns(told, job.runs());
  const auto best = std::ranges::max_element(runs, {}, speed_of);
  EXPECT_EQ(id_of(settings_of(told["best"])), (*best)["cell"]);
  EXPECT_EQ(told["best"]["values"][0], speed_of(*best));
  ASSERT_EQ(told["history"].size(), kTrials);
  for (std::size_t i = 0; i < kTrials; ++i) {
    EXPECT_EQ(id_of(settings_of(told["history"][i])), runs[i]["cell"]);
    EXPECT_EQ(told["history"][i]["values"][0], speed_of(runs[i]));
  }
  EXPECT_THAT(end.out, HasSubstr(told["answer"][0].get<std::string>()));
  EXPECT_FALSE(job.has("run")) << "what runs leave is removed";
  EXPECT_TRUE(job.leaves_nothing());
}

struct Disturbance {
  const char* name;
  int signal;
  bool to_all;    // or to tune alone
  int exit_code;  // −1: a signal ended it

  friend void PrintTo(const Disturbance& one, std::ostream* out) { *out << one.name; }
};

class TuneDisturbed : public ::testing::TestWithParam<Disturbance> {};

TEST_P(TuneDisturbed, GoesOnToWhatASearchFindsThatWasToldTheSame) {
  const MeasuringJob job("tune");
  const Program program = job.program(with_dtmf_model(kConfig));
  {
    RunningProgram first(program);
    ASSERT_TRUE(eventually([&] { return job.lines().size() > 2; }, kLongestJob));
    if (GetParam().to_all) {
      job.send_to_all(GetParam().signal);
    } else {
      first.send(GetParam().signal);
    }
    const ProgramEnd end = first.wait(kLongestJob);
    EXPECT_EQ(end.exit_code, GetParam().exit_code) << end.err;
  }
  EXPECT_TRUE(job.leaves_nothing()) << "something outlived the search";
  const auto before = job.lines();
  ASSERT_LT(before.size(), 1 + kTrials);

  const ProgramEnd again = run_job(program);
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("going on after"));
  const auto after = job.lines();
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin())) << "a run was lost";
  expect_each_run_once(job.runs());
  for (const json& run : job.runs()) EXPECT_EQ(run["ending"], "done") << run["why"];
  EXPECT_EQ(findings_in(job), findings_of_a_search_told(read_bytes(job.file("runs.jsonl"))));
  EXPECT_GE(job.told("tune.json")["spent_seconds"], job.runs().back()["spent_seconds"]);
}

INSTANTIATE_TEST_SUITE_P(By, TuneDisturbed,
                         ::testing::Values(Disturbance{"SIGINT", SIGINT, false, 130},
                                           Disturbance{"SIGINTToAll", SIGINT, true, 130},
                                           Disturbance{"SIGTERMToAll", SIGTERM, true, 143},
                                           Disturbance{"SIGKILL", SIGKILL, false, -1},
                                           Disturbance{"SIGKILLToAll", SIGKILL, true, -1}),
                         [](const auto& instance) { return instance.param.name; });

// The search is still being loaded then, and has no ear for signals of its own yet.
TEST(Tune, IsInterruptedInItsFirstMoments) {
  const MeasuringJob job("tune");
  RunningProgram tune(job.program(with_dtmf_model(kEndlessConfig)));
  ASSERT_TRUE(eventually([&] { return children_of(tune.pid()).size() == 1; }, kLongestJob));
  job.send_to_all(SIGINT);
  const ProgramEnd end = tune.wait(kLongestJob);
  EXPECT_EQ(end.exit_code, 130) << end.err;
  EXPECT_THAT(end.err, Not(HasSubstr("Traceback")));
  EXPECT_TRUE(job.leaves_nothing());
}

TEST(Tune, KeepsASecondOneOutOfItsFolder) {
  const MeasuringJob job("tune");
  const Program program = job.program(with_dtmf_model(kEndlessConfig));
  RunningProgram first(program);
  ASSERT_TRUE(eventually([&] { return !job.lines().empty(); }, kLongestJob));
  const auto before = job.lines();
  EXPECT_EQ(run_job(program).exit_code, 75);
  EXPECT_EQ(job.lines(), before);
  first.send(SIGTERM);
  EXPECT_EQ(first.wait(kLongestJob).exit_code, 143);
  EXPECT_TRUE(job.leaves_nothing());
}

TEST(Tune, LeavesACellThatFailsAloneAndSaysSoIfAllDo) {
  const std::string config =
      "inputs: {generated: {count: 1, minutes: 0.1, sample_rate: 8000}}\n"
      "run: {workers: 1}\n"
      "tune: {trials: 2, rounds: 2}\n";
  const MeasuringJob one("tune");
  ASSERT_EQ(run_job(one.program(
                        with_dtmf_model(config + "matrix: {alive_timeout_seconds: [0.01, 30]}\n")))
                .exit_code,
            0);
  EXPECT_EQ(one.told("tune.json")["best"]["cell"]["alive_timeout_seconds"], "30");
  EXPECT_THAT(one.runs(), SizeIs(4)) << "what failed is not run again, but for the first of all";
  const MeasuringJob all("tune");
  const ProgramEnd end = run_job(
      all.program(with_dtmf_model(config + "matrix: {alive_timeout_seconds: [0.01, 0.02]}\n")));
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out, HasSubstr("No cell could be measured"));
  EXPECT_FALSE(all.has("run.yaml"));
}

TEST(Tune, RefusesAWrongConfigBeforeAnythingRuns) {
  for (const auto& [section, named] : std::vector<std::pair<std::string, std::string>>{
           {"tune: {trails: 3}", "trials"},
           {"tune: {objective: latency}", "throughput_floor"},
           {"tune: [3]", "tune"},
           {"matrx: {workers: [1]}", "matrix"},
           {"vary: {workers: [1, 2]}", "matrix: is missing"},
           {"matrix: {postprocess.label_thresholds: [{nobody: 0.5}]}", "nobody"}}) {
    const MeasuringJob job("tune");
    const ProgramEnd end =
        run_job(job.program(with_dtmf_model("inputs: {generated: {}}\n" + section + "\n")));
    EXPECT_EQ(end.exit_code, 2) << section;
    EXPECT_THAT(end.err, HasSubstr(named)) << section;
    EXPECT_THAT(job.lines(), IsEmpty());
    EXPECT_FALSE(job.has("")) << section;
  }
}

TEST(Tune, GoesOnWithNoOtherSearchThanItsFoldersOwn) {
  const MeasuringJob job("tune");
  ASSERT_EQ(run_job(job.program(with_dtmf_model(kConfig))).exit_code, 0);
  const auto before = job.lines();
  std::string other = kConfig;
  other.replace(other.find("seed: 3"), 7, "seed: 4");
  const ProgramEnd end = run_job(job.program(with_dtmf_model(other)));
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("tune.seed was 3"));
  EXPECT_EQ(job.lines(), before);
}

TEST(Tune, TakesTheRightTableInAFolderThatWasGivenAWrongOne) {
  const MeasuringJob job("tune");
  EXPECT_EQ(run_job(job.program(with_dtmf_model(kConfig), {"--replay", "/none.json"})).exit_code,
            2);
  EXPECT_EQ(run_job(job.program(with_dtmf_model(kConfig))).exit_code, 0);
}

TEST(Tune, EndsWhenInterruptedWhileTheSearchIsStuck) {
  const MeasuringJob job("tune");
  Program program = job.program(with_dtmf_model(kConfig));
  program.environment["ROOKERY_PYTHON"] = job.stuck_program();
  RunningProgram interrupted(program);
  ASSERT_TRUE(eventually([&] { return job.is_stuck(); }, kLongestJob));
  interrupted.send(SIGINT);
  EXPECT_EQ(interrupted.wait(kLongestJob).exit_code, 130);
  EXPECT_TRUE(job.leaves_nothing());
}

}  // namespace
}  // namespace rookery::e2e
