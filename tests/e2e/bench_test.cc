// `rookery bench` on the DTMF model: what it leaves, that it goes on, and in which order it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/measuring_job.h"
#include "tests/e2e/recordings.h"

namespace rookery::e2e {
namespace {

using nlohmann::json;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Four cells, of which one is excluded; three rounds with the warm-up.
const std::string kConfig =
    "title: A small one\n"
    "inputs: {generated: {count: 2, minutes: 0.2, sample_rate: 8000}}\n"
    "matrix: {workers: [1, 2], engine: [processes, threads]}\n"
    "exclude: [{workers: 1, engine: threads}]\n"
    "run: {oversubscribe: true}\n"
    "repeats: 2\n"
    "max_repeats: 2\n";
constexpr std::size_t kCells = 3;
constexpr std::size_t kRounds = 3;

// Without a report: whether there is a Python with its libraries is not what these tests are about.
Program bench(const MeasuringJob& job, const std::string& config) {
  Program program = job.program(config);
  program.environment["ROOKERY_PYTHON"] = "/nonexistent/python";
  return program;
}

json results(const MeasuringJob& job) { return job.told("results.json"); }

// By phase and round, in the order in which they were run.
std::map<std::string, std::vector<std::string>> rounds_of(const std::vector<json>& runs) {
  std::map<std::string, std::vector<std::string>> rounds;
  for (const json& run : runs) {
    rounds[run["phase"].get<std::string>() + run["round"].dump()].push_back(run["cell"]);
  }
  return rounds;
}

void expect_whole_rounds(const std::vector<json>& runs) {
  EXPECT_THAT(runs, SizeIs(kCells * kRounds));
  const auto rounds = rounds_of(runs);
  EXPECT_THAT(rounds, SizeIs(kRounds));
  for (const auto& [round, cells] : rounds) {
    EXPECT_EQ(std::set<std::string>(cells.begin(), cells.end()).size(), kCells) << round;
  }
  for (std::size_t i = 1; i < runs.size(); ++i) {
    EXPECT_NE(runs[i]["cell"], runs[i - 1]["cell"]) << "a cell ran twice in a row";
  }
}

void expect_orders_that_differ(const std::vector<json>& runs) {
  std::set<std::vector<std::string>> orders;
  for (const auto& [round, cells] : rounds_of(runs)) orders.insert(cells);
  EXPECT_GT(orders.size(), 1U);
}

void expect_results_of_every_cell(const json& results) {
  EXPECT_EQ(results["finished"], true);
  EXPECT_THAT(results["cells"], SizeIs(kCells));
  for (const json& cell : results["cells"]) {
    EXPECT_EQ(cell["output_equal"], true);
    EXPECT_THAT(cell["memory"], Not(IsEmpty()));
    EXPECT_EQ(cell["metrics"]["wall_seconds"]["runs"], 2);
  }
  EXPECT_THAT(results["output_groups"], SizeIs(1));
}

// The kernel's account of the tree must hold what the workers say of themselves.
void expect_use_of_the_whole_tree(const json& run) {
  const auto number = [&](const char* name) { return run["metrics"][name].get<double>(); };
  EXPECT_GT(number("cpu_forward_seconds"), 0);
  EXPECT_GE(number("cpu_user_seconds") + number("cpu_system_seconds"),
            number("cpu_forward_seconds") + number("cpu_decode_seconds"));
  EXPECT_GT(number("minor_faults"), 1000) << "LibTorch alone takes more";
  EXPECT_GT(number("segments_per_second"), 0);
  EXPECT_GT(number("batch_latency_p50_seconds"), 0);
  EXPECT_GE(1.05 * number("segment_latency_p50_seconds"), number("batch_latency_p50_seconds"))
      << "it has its batch's time in it; both are known to 1%";
}

void expect_memory_of_the_whole_tree(const json& metrics) {
  EXPECT_GT(metrics["peak_pss_bytes"], 1e7);
  EXPECT_GE(metrics["peak_rss_bytes"], metrics["peak_anon_bytes"]);
  EXPECT_TRUE(metrics.contains("peak_shmem_bytes"));
  EXPECT_GT(metrics["peak_file_bytes"], 1e7) << "LibTorch";
}

TEST(Bench, MeasuresEveryCellInWholeShuffledRounds) {
  const MeasuringJob job("bench");
  const ProgramEnd end = run_job(bench(job, with_dtmf_model(kConfig)));
  ASSERT_EQ(end.exit_code, 0) << end.err;
  expect_whole_rounds(job.runs());
  expect_orders_that_differ(job.runs());
  expect_results_of_every_cell(results(job));
  for (const json& one : job.runs()) {
    expect_use_of_the_whole_tree(one);
    expect_memory_of_the_whole_tree(one["metrics"]);
  }
  EXPECT_THAT(end.out, HasSubstr(results(job)["answer"][0].get<std::string>()));
  EXPECT_THAT(end.err, HasSubstr("no report.html"));
  EXPECT_FALSE(job.has("run")) << "what runs leave is removed";
}

TEST(Bench, RunsNothingWhenAllIsMeasuredAndKeepsItsFolderFromAnotherConfig) {
  const MeasuringJob job("bench");
  ASSERT_EQ(run_job(bench(job, with_dtmf_model(kConfig))).exit_code, 0);
  const auto before = job.lines();
  EXPECT_EQ(run_job(bench(job, with_dtmf_model(kConfig))).exit_code, 0);
  EXPECT_EQ(job.lines(), before);
  const ProgramEnd other = run_job(bench(job, with_dtmf_model(kConfig + "seed: 2\n")));
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("seed was 1"));
}

TEST(Bench, RefusesAFolderOfAnythingElse) {
  const MeasuringJob job("bench");
  job.put("letter.txt", "dear");
  const ProgramEnd foreign = run_job(bench(job, with_dtmf_model(kConfig)));
  EXPECT_EQ(foreign.exit_code, 2);
  EXPECT_THAT(foreign.err, HasSubstr("something else than a bench"));
}

TEST(Bench, GoesOnAfterAKillWithoutRunningAnythingTwice) {
  const MeasuringJob job("bench");
  const Program program = bench(job, with_dtmf_model(kConfig));
  {
    RunningProgram first(program);
    ASSERT_TRUE(eventually([&] { return job.lines().size() > 4; }, kLongestJob));
    first.send(SIGKILL);
    first.wait(kLongestJob);
  }
  EXPECT_TRUE(job.leaves_nothing()) << "a run outlived the bench that started it";
  const auto before = job.lines();
  const ProgramEnd end = run_job(program);
  ASSERT_EQ(end.exit_code, 0) << end.err;
  expect_whole_rounds(job.runs());
  const auto after = job.lines();
  for (std::size_t i = 0; i + 1 < before.size(); ++i) EXPECT_EQ(after[i], before[i]);
  EXPECT_THAT(end.err, HasSubstr("going on after"));
}

TEST(Bench, KeepsASecondOneOutOfItsFolder) {
  const MeasuringJob job("bench");
  RunningProgram first(bench(job, with_dtmf_model(kEndlessConfig)));
  ASSERT_TRUE(eventually([&] { return !job.lines().empty(); }, kLongestJob));
  const auto before = job.lines();
  EXPECT_EQ(run_job(bench(job, with_dtmf_model(kEndlessConfig))).exit_code, 75);
  EXPECT_EQ(job.lines(), before);
  first.send(SIGTERM);
  EXPECT_EQ(first.wait(kLongestJob).exit_code, 143);
  EXPECT_TRUE(job.leaves_nothing());
}

// As a service manager sends it. A run that ends by it too has not failed.
TEST(Bench, TakesASignalToAllItsProcessesForAnInterruption) {
  const MeasuringJob job("bench");
  RunningProgram interrupted(bench(job, with_dtmf_model(kEndlessConfig)));
  ASSERT_TRUE(eventually([&] { return job.has("run/out/run.yaml"); }, kLongestJob));
  job.send_to_all(SIGTERM);
  const ProgramEnd end = interrupted.wait(kLongestJob);
  EXPECT_EQ(end.exit_code, 143) << end.err;
  EXPECT_THAT(job.runs(), IsEmpty());
  EXPECT_EQ(results(job)["cells"][0]["state"], "not_reached");
  EXPECT_TRUE(job.leaves_nothing());
}

// Making them takes minutes.
TEST(Bench, EndsWhenInterruptedWhileItMakesRecordings) {
  const MeasuringJob job("bench");
  RunningProgram interrupted(
      bench(job, with_dtmf_model("inputs: {generated: {minutes: 1440, sample_rate: 16000}}\n")));
  ASSERT_TRUE(eventually([&] { return job.has("inputs"); }, kLongestJob));
  interrupted.send(SIGINT);
  EXPECT_EQ(interrupted.wait(kLongestJob).exit_code, 130);
  EXPECT_EQ(results(job)["cells"][0]["state"], "not_reached");
  EXPECT_TRUE(job.leaves_nothing());
}

TEST(Bench, WritesWhatThereIsWhenInterrupted) {
  const MeasuringJob job("bench");
  RunningProgram interrupted(bench(job, with_dtmf_model(kConfig)));
  ASSERT_TRUE(eventually([&] { return job.lines().size() > 2; }, kLongestJob));
  interrupted.send(SIGTERM);
  EXPECT_EQ(interrupted.wait(kLongestJob).exit_code, 143);
  EXPECT_EQ(results(job)["finished"], false);
  EXPECT_TRUE(job.leaves_nothing());
}

TEST(Bench, MarksACellThatTakesTooLongAndOneThatFails) {
  const MeasuringJob job("bench");
  const ProgramEnd end = run_job(bench(
      job,
      with_dtmf_model(
          "inputs: {generated: {count: 1, minutes: 0.1, sample_rate: 8000}}\n"
          "vary: {test_delay_ms: [0, 60000], alive_timeout_seconds: [30, 0.01]}\n"
          "run: {workers: 1, task_seconds: 0.001}\n"  // many tasks: their delays add up to minutes
          "repeats: 2\nmax_repeats: 2\nwarm_up_rounds: 0\nmax_cell_time: 10s\n")));
  EXPECT_EQ(end.exit_code, 1) << end.err;
  std::map<std::string, std::string> states;
  const json told = results(job);
  for (const json& cell : told["cells"]) states[cell["id"]] = cell["state"];
  EXPECT_EQ(states["test_delay_ms=60000 alive_timeout_seconds=30"], "over_budget");
  EXPECT_EQ(states["test_delay_ms=0 alive_timeout_seconds=0.01"], "failed");
  EXPECT_THAT(end.err, HasSubstr("took more than 10 s; it is not run again"));
  EXPECT_TRUE(job.leaves_nothing());
}

TEST(Bench, MeasuresCellsThoughARecordingCannotBeRead) {
  const MeasuringJob job("bench");
  const TemporaryFolder recordings;
  recordings.write("spoiled.wav", "no sound at all");
  write_digits(recordings / "sound.wav", 2, 1);
  const ProgramEnd end = run_job(
      bench(job, with_dtmf_model("inputs: {recordings: [" + recordings.path().string() +
                                 "]}\nmatrix: {workers: [1, 2]}\nrun: {oversubscribe: true}\n"
                                 "repeats: 1\nmax_repeats: 1\nwarm_up_rounds: 0\n")));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  const json told = results(job);
  ASSERT_EQ(told["cells"].size(), 2U);
  for (const json& cell : told["cells"]) EXPECT_EQ(cell["state"], "measured");
}

// Resampling of another quality is another sound, though not by much.
TEST(Bench, TellsHowFarTheVectorsOfCellsAreApart) {
  const MeasuringJob job("bench");
  const ProgramEnd end =
      run_job(bench(job, "model: " + test_data("dtmf-embedding-model") +
                             "\ninputs: {generated: {minutes: 0.1, sample_rate: 16000}}\n"
                             "matrix: {audio.resampler: [hq, lq], workers: [1, 2]}\n"
                             "run: {oversubscribe: true, formats: [npy]}\n"
                             "repeats: 1\nmax_repeats: 1\nwarm_up_rounds: 0\n"));
  ASSERT_EQ(end.exit_code, 0) << end.err;
  const json groups = results(job)["output_groups"];
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_TRUE(groups[0]["largest_vector_difference"].is_null()) << "the baseline's own";
  EXPECT_GT(groups[1]["largest_vector_difference"], 0);
  EXPECT_GT(groups[1]["smallest_cosine"], 0.9);
  EXPECT_GT(groups[1]["vectors"], 50);
  EXPECT_EQ(groups[1]["vectors_alone"], 0);
  EXPECT_THAT(end.out, HasSubstr("components of vectors differ by"));
}

TEST(Bench, RefusesABadValueBeforeAnythingRuns) {
  for (const auto& [config, named] : std::vector<std::pair<std::string, std::string>>{
           {"matrix: {engine: [processes, fibres]}", "fibres"},
           {"matrix: {postprocess.label_thresholds: [{}, {nobody: 0.5}]}",
            "nobody"},  // by the card
           {"matrix: {worker: [1]}", "workers"},
           {"matrix: {model: [" + dtmf_model() + ", /nonexistent/model]}", "/nonexistent/model"}}) {
    const MeasuringJob job("bench");
    const std::string text = "inputs: {generated: {}}\n" + config + "\n";
    const bool has_model = config.find("model:") != std::string::npos;
    const ProgramEnd end = run_job(bench(job, has_model ? text : with_dtmf_model(text)));
    EXPECT_THAT(end.exit_code, AnyOf(2, 3)) << config;
    EXPECT_THAT(end.err, HasSubstr(named));
    EXPECT_FALSE(std::filesystem::exists(job.out())) << config;
  }
}

}  // namespace
}  // namespace rookery::e2e
