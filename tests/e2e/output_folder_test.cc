// An output folder that exists is taken up again or refused, never overwritten or mixed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/long_job.h"

namespace rookery::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class FinishedRun : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "in");
    write_digits(folder_ / "in/a.wav", 3);
    write_digits(folder_ / "in/b.wav", 4);
    const ProgramEnd end = run(run_command(dtmf_model(), out_, {folder_ / "in"}));
    ASSERT_EQ(end.exit_code, 0) << end.err;
    rows_ = detections(out_);
  }
  ProgramEnd run_again(const Arguments& more, const std::string& model = dtmf_model()) const {
    return run(run_command(model, out_, {folder_ / "in"}, more));
  }

  TemporaryFolder folder_;
  std::string out_ = folder_ / "out";
  std::string rows_;
};

TEST_F(FinishedRun, IsNotDoneASecondTime) {
  const ProgramEnd end = run_again({});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.err, HasSubstr("2 done before"));
  EXPECT_EQ(detections(out_), rows_);
  const auto summary = nlohmann::json::parse(read_bytes(out_ + "/summary.json"));
  EXPECT_EQ(summary["cpu_seconds"]["forward"], 0.0);
  EXPECT_EQ(summary["run_audio_hours"], 0.0);
  EXPECT_EQ(summary["recordings"]["done"], 2);
}

TEST_F(FinishedRun, TakesUpNewAndChangedRecordingsAlone) {
  write_digits(folder_ / "in/aa.wav", 2, 9);
  write_digits(folder_ / "in/b.wav", 5, 9);
  const ProgramEnd end = run_again({});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.err, HasSubstr("1 done before"));
  const ProgramEnd fresh = run(run_command(dtmf_model(), folder_ / "fresh", {folder_ / "in"}));
  EXPECT_EQ(fresh.exit_code, 0);
  EXPECT_EQ(detections(out_), detections(folder_ / "fresh"));
}

TEST_F(FinishedRun, IsRefusedToAnotherThresholdWithBothTold) {
  const ProgramEnd end = run_again({"--set", "postprocess.threshold=0.75"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, AllOf(HasSubstr("threshold"), HasSubstr("0.5"), HasSubstr("0.75")));
  EXPECT_EQ(detections(out_), rows_);
}

TEST_F(FinishedRun, IsRefusedToAnotherCardWithBothTold) {
  const ProgramEnd end = run_again({}, silero_model());
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, AllOf(HasSubstr("card.frame"), HasSubstr("1 sample"), HasSubstr("512 ")));
  EXPECT_EQ(detections(out_), rows_);
}

TEST_F(FinishedRun, TakesOtherSpeedSettings) {
  const ProgramEnd end = run_again({"--engine", "threads", "--start", "spawn", "--weights",
                                    "private", "--workers", "3", "--oversubscribe"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(detections(out_), rows_);
}

TEST_F(FinishedRun, CanBeRepeatedFromItsRunYaml) {
  const ProgramEnd end =
      run(rookery({"run", "--config", out_ + "/run.yaml", "--out", folder_ / "again"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(detections(folder_ / "again"), rows_);
}

// Not repeated but taken back as it is: the same folder, nothing to do.
TEST_F(FinishedRun, AcceptsItsOwnRunYaml) {
  const std::string before = read_bytes(out_ + "/run.yaml");
  const ProgramEnd end = run(rookery({"run", "--config", out_ + "/run.yaml"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(read_bytes(out_ + "/run.yaml"), before);
}

std::string sha256_of_model(const std::string& directory) {
  return run({.command = {"sha256sum", directory + "/model.pt"}}).out.substr(0, 64);
}

// Two models of the same card.
TEST(AnotherModel, IsRefusedWithBothTold) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 3);
  const std::string first = test_data("models/levels");
  const std::string second = test_data("models/two_equal_weights");
  ASSERT_EQ(run(run_command(first, folder / "out", {folder / "a.wav"})).exit_code, 0);
  const ProgramEnd end = run(run_command(second, folder / "out", {folder / "a.wav"}));
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err,
              AllOf(HasSubstr(sha256_of_model(first)), HasSubstr(sha256_of_model(second))));
}

TEST(HeldFolder, IsRefusedToASecondRunWhichNamesTheHolder) {
  const LongJob job({});
  RunningProgram holder(job.program(60'000));
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(job.out() + "/run.yaml"); }));
  const ProgramEnd second = run(run_command(dtmf_model(), job.out(), {job.in()}));
  EXPECT_EQ(second.exit_code, 75);
  EXPECT_THAT(second.err, StartsWith("rookery: another run"));
  EXPECT_THAT(second.err, HasSubstr(std::to_string(holder.pid())));
  EXPECT_FALSE(holder.ended_within(std::chrono::milliseconds(0)));
}

}  // namespace
}  // namespace rookery::e2e
