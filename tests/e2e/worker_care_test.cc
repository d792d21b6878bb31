// Workers that hang, grow, have done their share or cannot be had: a run gives what it should all
// the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/e2e/long_job.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

nlohmann::json summary(const LongJob& job) {
  return nlohmann::json::parse(read_bytes(job.out() + "/summary.json"));
}

void expect_good_day(const LongJob& job, const ProgramEnd& end) {
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(detections(job.out()), job.undisturbed());
  EXPECT_EQ(read_bytes(job.out() + "/errors.jsonl"), "");
  EXPECT_THAT(processes_with(job.mark()), IsEmpty());
}

class WorkerCare : public ::testing::TestWithParam<Arguments> {};

TEST_P(WorkerCare, EndsAHangAndDoesItsWorkAgain) {
  const LongJob job(GetParam());
  RunningProgram supervisor(job.program(100, {"--set", "min_deadline_seconds=2"}));
  ASSERT_TRUE(eventually([&] { return job.is_under_way(); }));
  const auto servers = children_of(supervisor.pid());
  ASSERT_THAT(servers, SizeIs(1));
  const auto workers = children_of(servers.front());
  ASSERT_THAT(workers, Not(IsEmpty()));
  ::kill(workers.front(), SIGSTOP);
  const ProgramEnd end = supervisor.wait();
  EXPECT_THAT(end.err, HasSubstr("a missed deadline"));
  expect_good_day(job, end);
}

TEST_P(WorkerCare, ReplacesWorkersThatHaveDoneTheirShare) {
  const LongJob job(GetParam());
  const ProgramEnd end = run(job.program(0, {"--max-tasks-per-worker", "2"}));
  expect_good_day(job, end);
  EXPECT_THAT(end.err, Not(HasSubstr("ended by")));
  EXPECT_GE(summary(job)["workers_replaced"], 3);
  EXPECT_EQ(summary(job)["worker_deaths"], 0);
}

TEST_P(WorkerCare, ReplacesWorkersThatHaveGrown) {
  const LongJob job(GetParam());
  const ProgramEnd end = run(job.program(300, {"--max-worker-memory", "100K"}));
  expect_good_day(job, end);
  EXPECT_GE(summary(job)["workers_replaced"], 1);
  EXPECT_EQ(summary(job)["worker_deaths"], 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, WorkerCare,
                         ::testing::Values(Arguments{"--engine", "processes", "--start", "fork"},
                                           Arguments{"--engine", "processes", "--start", "spawn"},
                                           Arguments{"--engine", "threads", "--start", "fork"}),
                         [](const auto& instance) {
                           return instance.param[1] + "_" + instance.param[3];
                         });

// Ctrl-Z and a laptop's lid stop all of a run: nobody hangs.
TEST(StoppedRun, TakesNobodyForHungWhenTheWholeRunWasStopped) {
  const LongJob job({});
  RunningProgram supervisor(job.program(100, {"--set", "min_deadline_seconds=1"}));
  ASSERT_TRUE(eventually([&] { return job.is_under_way(); }));
  for (const pid_t process : processes_with(job.mark())) ::kill(process, SIGSTOP);
  EXPECT_FALSE(supervisor.ended_within(std::chrono::seconds(3)));
  for (const pid_t process : processes_with(job.mark())) ::kill(process, SIGCONT);
  const ProgramEnd end = supervisor.wait();
  EXPECT_THAT(end.err, Not(HasSubstr("ended by")));
  expect_good_day(job, end);
}

// As a shell's `ulimit` leaves it to the run.
Program limited(Program program, const std::string& limit) {
  const std::vector<std::string> shell = {"bash", "-c", "ulimit " + limit + " && exec \"$@\"", "_"};
  program.command.insert(program.command.begin(), shell.begin(), shell.end());
  return program;
}

TEST(OpenFiles, SixtyFourAreEnoughForTwoWorkers) {
  for (const char* engine : {"processes", "threads"}) {
    const LongJob job({"--engine", engine});
    expect_good_day(job, run(limited(job.program(0), "-n 64")));
  }
}

TEST(OpenFiles, ASoftLimitIsRaisedToWhatIsNeeded) {
  const LongJob job({});
  expect_good_day(job, run(limited(job.program(0), "-Sn 20")));
}

TEST(OpenFiles, TooFewForTheWorkersEndARunBeforeItBegins) {
  const LongJob job({});
  const ProgramEnd end = run(limited(job.program(0, {"--set", "workers=50"}), "-n 64"));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("open files"));
  EXPECT_FALSE(std::filesystem::exists(job.out()));
}

}  // namespace
}  // namespace rookery::e2e
