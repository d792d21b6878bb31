// What `rookery tune` leaves for `rookery run`: a config that can be run from any folder, or none.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/e2e/measuring_job.h"

namespace rookery::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

// A search that is run beside the model, which the config names by its last name alone.
Program tune_beside_the_model(const MeasuringJob& job) {
  const std::filesystem::path model = dtmf_model();
  Program program = job.program(
      fmt::format("model: {}\n"
                  "inputs: {{generated: {{count: 2, minutes: 0.1, sample_rate: 8000}}}}\n"
                  "matrix: {{workers: [1, 2], postprocess.merge: [true, false]}}\n"
                  "run: {{oversubscribe: true}}\n"
                  "tune: {{trials: 3, rounds: 1}}\n",
                  model.filename().native()));
  program.directory = model.parent_path();
  return program;
}

// The outputs of `rookery run` with these words, but for the folder and the input, from elsewhere.
std::string output_of(const Arguments& words, const std::string& out, const std::string& input) {
  Arguments all = {"run", "--out", out};
  all.insert(all.end(), words.begin(), words.end());
  all.push_back(input);
  Program program = rookery(all);
  program.directory = "/";
  const ProgramEnd end = run(program);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return detections(out);
}

TEST(Tune, WritesAConfigWhichRunTakesAsItIsInAnyFolder) {
  const MeasuringJob job("tune");
  const ProgramEnd searched = run_job(tune_beside_the_model(job));
  ASSERT_EQ(searched.exit_code, 0) << searched.err;
  const std::string merges = job.told("tune.json")["best"]["cell"]["postprocess.merge"];
  const std::string other = merges == "true" ? "false" : "true";
  const TemporaryFolder folder;
  const std::string input = folder / "a.wav";
  write_digits(input, 6);
  const auto plain = [&](const std::string& value) {
    return output_of({"--model", dtmf_model(), "--set", "postprocess.merge=" + value},
                     folder / ("merge-" + value), input);
  };
  const std::string tuned = output_of({"--config", job.file("run.yaml")}, folder / "tuned", input);
  EXPECT_EQ(tuned, plain(merges));
  EXPECT_NE(tuned, plain(other)) << "the setting would not be seen";
  const json settings = json::parse(read_bytes(folder / "tuned/summary.json"))["settings"];
  EXPECT_EQ(settings["workers"], job.told("tune.json")["best"]["cell"]["workers"]);
}

json measured_cell(const std::string& id, double speed, double peak, bool oversubscribed) {
  const auto exactly = [](double value) {
    return json{{"median", value}, {"low", value}, {"high", value}, {"runs", 3}};
  };
  return {{"id", id},
          {"state", "measured"},
          {"why", ""},
          {"oversubscribed", oversubscribed},
          {"metrics", {{"x_real_time", exactly(speed)}, {"peak_pss_bytes", exactly(peak)}}}};
}

// Searches in a table of three cells, all in one folder; nothing is run.
class ReplayedTune : public ::testing::Test {
 protected:
  ProgramEnd tune(const std::string& section) const {
    const std::string config = fmt::format(
        "inputs: {{generated: {{}}}}\nmatrix: {{workers: [1, 2, 3]}}\ntune: {}\n", section);
    return run_job(job_.program(with_dtmf_model(config), {"--replay", table_}));
  }

  const MeasuringJob job_{"tune"};
  const TemporaryFolder folder_;
  const std::string table_ =
      folder_.write("table.json", json{{"host", json::object()},
                                       {"versions", json::object()},
                                       {"cells",
                                        {measured_cell("workers=1", 100, 2e8, false),
                                         measured_cell("workers=2", 190, 5e8, false),
                                         measured_cell("workers=3", 180, 6e8, true)}}}
                                      .dump());
};

TEST_F(ReplayedTune, LeavesNoRunConfigWhereNoCellKeepsTheLimit) {
  ASSERT_EQ(tune("{objective: throughput}").exit_code, 0);
  ASSERT_TRUE(job_.has("run.yaml"));
  const ProgramEnd end = tune("{objective: throughput_in_memory, memory_ceiling: 100M}");
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out,
              AllOf(HasSubstr("none of the cells that were measured keeps the limit"),
                    HasSubstr("workers=1 comes nearest, with 200 MB"), HasSubstr("no run.yaml")));
  EXPECT_FALSE(job_.has("run.yaml")) << "that of the search before";
  EXPECT_EQ(job_.told("tune.json")["best"]["limited"], 2e8);
}

TEST_F(ReplayedTune, LeavesTheFastestThatKeepsTheLimit) {
  const ProgramEnd end = tune("{objective: throughput_in_memory, memory_ceiling: 300M}");
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(read_bytes(job_.file("run.yaml")), HasSubstr("workers: 1\n"));
}

TEST_F(ReplayedTune, LeavesTheFastestOfTheFrontAndSaysSo) {
  const ProgramEnd end = tune("{objective: pareto}");
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("workers=2 is the fastest found"),
                             HasSubstr("The front has 2 settings"),
                             HasSubstr("run.yaml has the fastest of them")));
  EXPECT_THAT(read_bytes(job_.file("run.yaml")), HasSubstr("workers: 2\n"));
  const json told = job_.told("tune.json");
  ASSERT_EQ(told["pareto"].size(), 2U);
  EXPECT_EQ(told["pareto"][0]["cell"]["workers"], "2");
  EXPECT_EQ(told["pareto"][1]["cell"]["workers"], "1");
}

TEST_F(ReplayedTune, MarksWhatWasOversubscribedWhereItWasMeasured) {
  const ProgramEnd end = tune("{objective: throughput}");
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, HasSubstr("1 of these 3 cells ask for more threads"));
  const json told = job_.told("tune.json");
  EXPECT_EQ(told["best"]["oversubscribed"], false);
  for (const json& row : told["history"]) {
    EXPECT_EQ(row["oversubscribed"], row["cell"]["workers"] == "3") << row;
  }
}

}  // namespace
}  // namespace rookery::e2e
