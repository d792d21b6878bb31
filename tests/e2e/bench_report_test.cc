// The report that `rookery bench` has drawn at its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/e2e/measuring_job.h"
#include "tests/e2e/recordings.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;

TEST(BenchReport, IsDrawnOfWhatWasMeasured) {
  const MeasuringJob job("bench");
  const ProgramEnd end =
      run_job(job.program(with_dtmf_model("inputs: {generated: {minutes: 0.1, sample_rate: 8000}}\n"
                                          "matrix: {workers: [1, 2]}\nrun: {oversubscribe: true}\n"
                                          "title: Drawn at once\n"
                                          "repeats: 1\nmax_repeats: 1\nwarm_up_rounds: 0\n")));
  ASSERT_EQ(end.exit_code, 0) << end.err;
  const std::string report = read_bytes(job.file("report.html"));
  EXPECT_THAT(report, HasSubstr("Drawn at once"));
  EXPECT_THAT(report, HasSubstr("<svg"));
  EXPECT_THAT(end.out, HasSubstr("report.html"));
}

TEST(BenchReport, IsGivenUpWhenInterrupted) {
  const MeasuringJob job("bench");
  Program program = job.program(
      with_dtmf_model("inputs: {generated: {minutes: 0.1, sample_rate: 8000}}\nrun: {workers: 1}\n"
                      "repeats: 1\nmax_repeats: 1\nwarm_up_rounds: 0\n"));
  program.environment["ROOKERY_PYTHON"] = job.stuck_program();
  RunningProgram interrupted(program);
  ASSERT_TRUE(eventually([&] { return job.is_stuck(); }, kLongestJob));
  job.send_to_all(SIGTERM);
  EXPECT_EQ(interrupted.wait(kLongestJob).exit_code, 143);
  EXPECT_EQ(job.told("results.json")["finished"], true);
  EXPECT_TRUE(job.leaves_nothing());
}

}  // namespace
}  // namespace rookery::e2e
