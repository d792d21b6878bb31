// Runs that nobody looks at: time limits, priority, starting over, what the monitoring reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/e2e/long_job.h"

namespace rookery::e2e {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(CronRun, WhoseTimeIsOverEndsInGoodOrderAndTheNextGoesOn) {
  const LongJob job({});
  const ProgramEnd stopped = run(job.program(1000, {"--max-time", "2s"}));
  EXPECT_EQ(stopped.exit_code, 75) << stopped.err;
  EXPECT_THAT(stopped.err, HasSubstr("time is over"));
  EXPECT_THAT(processes_with(job.mark()), IsEmpty());
  const ProgramEnd again = run(job.program(0));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(detections(job.out()), job.undisturbed());
}

TEST(CronRun, SaysNothingInQuietUnlessSomethingIsWrong) {
  const LongJob job({"--quiet"});
  const ProgramEnd stopped = run(job.program(1000, {"--max-time", "1s"}));
  EXPECT_EQ(stopped.exit_code, 75);
  EXPECT_EQ(stopped.out + stopped.err, "");
  write_bytes(job.in() + "/bad.wav", "no audio");
  const ProgramEnd faulty = run(job.program(0));
  EXPECT_EQ(faulty.exit_code, 1);
  EXPECT_THAT(faulty.err, HasSubstr("1 recording failed or with gaps"));
  EXPECT_THAT(lines_of(faulty.err), SizeIs(2));
  const ProgramEnd next = run(job.program(0));
  EXPECT_EQ(next.exit_code, 1);
  EXPECT_EQ(next.err, "") << "it has been told";
}

TEST(CronRun, LowersThePriorityOfAllItsProcesses) {
  const LongJob job({});
  RunningProgram supervisor(job.program(60'000, {"--nice", "7"}));
  ASSERT_TRUE(eventually([&] { return processes_with(job.mark()).size() == 4; }));
  std::vector<int> priorities;
  const int own = getpriority(PRIO_PROCESS, 0);
  for (const pid_t pid : processes_with(job.mark())) {
    priorities.push_back(getpriority(PRIO_PROCESS, static_cast<id_t>(pid)) - own);
  }
  EXPECT_THAT(priorities, Each(7));
  supervisor.send(SIGKILL);
  (void)supervisor.wait();
  EXPECT_TRUE(eventually([&] { return processes_with(job.mark()).empty(); }));
}

TEST(CronRun, StartsOverBesideTheOldOutput) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 3);
  const auto job = [&](const Arguments& more) {
    return run(run_command(dtmf_model(), folder / "out", {folder / "a.wav"}, more));
  };
  ASSERT_EQ(job({}).exit_code, 0);
  const std::string first = detections(folder / "out");
  EXPECT_EQ(job({"--batch", "2"}).exit_code, 2) << "another result-shaping setting";
  const ProgramEnd afresh = job({"--batch", "2", "--fresh"});
  EXPECT_EQ(afresh.exit_code, 0) << afresh.err;
  EXPECT_EQ(detections(folder / "out.old-1"), first);
  EXPECT_THAT(detections(folder / "out"), Not(IsEmpty()));
}

// The node exporter itself reads the file and gives it out again.
TEST(CronRun, WritesMetricsThatTheNodeExporterTakes) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "metrics");
  write_digits(folder / "a.wav", 3);
  write_bytes(folder / "b \"c\".wav", "no audio");
  const ProgramEnd end = run(run_command(dtmf_model(), folder / "out \"1\"",
                                         {folder / "a.wav", folder / "b \"c\".wav"},
                                         {"--metrics", folder / "metrics/rookery.prom"}));
  EXPECT_EQ(end.exit_code, 1) << end.err;
  Program reader;
  reader.command = {"python3", ROOKERY_SOURCE_DIR "/tests/e2e/node_exporter.py",
                    folder / "metrics"};
  const ProgramEnd read = run(reader);
  ASSERT_EQ(read.exit_code, 0) << read.err;
  const std::string output = "output=\"" + (folder / R"(out \"1\")") + "\"";
  EXPECT_THAT(read.out, HasSubstr("node_textfile_scrape_error 0\n"));
  EXPECT_THAT(read.out, HasSubstr("rookery_run_exit_code{" + output + "} 1\n"));
  EXPECT_THAT(read.out, HasSubstr("rookery_run_recordings{outcome=\"failed\"," + output + "} 1\n"));
}

TEST(CronRun, EndsBeforeItBeginsWhenMetricsCannotBeWritten) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 3);
  const ProgramEnd end = run(run_command(dtmf_model(), folder / "out", {folder / "a.wav"},
                                         {"--metrics", folder / "none/rookery.prom"}));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr(folder / "none/"));
}

}  // namespace
}  // namespace rookery::e2e
