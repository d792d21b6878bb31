// Runs that are disturbed go on or end in good order: signals to the supervisor, deaths of workers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <ostream>

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

struct Signal {
  const char* name;
  int number;
  int exit_code;

  friend void PrintTo(const Signal& signal, std::ostream* out) { *out << signal.name; }
};

class Interrupted : public ::testing::TestWithParam<Signal> {};

TEST_P(Interrupted, KeepsWhatIsDoneAndCanBeTakenUpAgain) {
  const LongJob job({});
  RunningProgram supervisor(job.program(1000));
  ASSERT_TRUE(eventually([&] { return job.is_under_way(); }));
  supervisor.send(GetParam().number);
  const ProgramEnd end = supervisor.wait();
  EXPECT_EQ(end.exit_code, GetParam().exit_code) << end.err;
  EXPECT_THAT(processes_with(job.mark()), IsEmpty());

  const std::string expected = job.undisturbed();
  const std::string so_far = detections(job.out());
  EXPECT_THAT(so_far, Not(IsEmpty()));
  EXPECT_TRUE(expected.starts_with(so_far)) << "rows of recordings that are not done";
  EXPECT_LT(so_far.size(), expected.size());
  EXPECT_EQ(summary(job)["complete"], false);
  EXPECT_EQ(summary(job)["exit_code"], GetParam().exit_code);

  const ProgramEnd again = run(job.program(0));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(detections(job.out()), expected);
  EXPECT_EQ(summary(job)["complete"], true);
}

// Tasks take up to a minute: the end comes from the second signal.
TEST_P(Interrupted, EndsAtOnceWhenToldTwice) {
  const LongJob job({});
  RunningProgram supervisor(job.program(60'000));
  ASSERT_TRUE(eventually([&] { return processes_with(job.mark()).size() == 4; }));
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(job.out() + "/run.yaml"); }));
  supervisor.send(GetParam().number);
  ASSERT_TRUE(eventually([&] {
    return supervisor.err_so_far().find(GetParam().name) != std::string::npos;
  })) << supervisor.err_so_far();
  supervisor.send(GetParam().number);
  EXPECT_TRUE(supervisor.ended_within(std::chrono::seconds(10)));
  EXPECT_EQ(supervisor.wait().exit_code, GetParam().exit_code);
  EXPECT_TRUE(eventually([&] { return processes_with(job.mark()).empty(); }));
}

INSTANTIATE_TEST_SUITE_P(Signals, Interrupted,
                         ::testing::Values(Signal{"SIGTERM", SIGTERM, 143},
                                           Signal{"SIGINT", SIGINT, 130}),
                         [](const auto& instance) { return instance.param.name; });

class WorkersDeath : public ::testing::TestWithParam<Arguments> {};

TEST_P(WorkersDeath, CostsNothingButTime) {
  const LongJob job(GetParam());
  RunningProgram supervisor(job.program(300));
  ASSERT_TRUE(eventually([&] { return job.is_under_way(); }));
  const auto servers = children_of(supervisor.pid());
  ASSERT_THAT(servers, SizeIs(1));
  const auto workers = children_of(servers.front());
  ASSERT_THAT(workers, Not(IsEmpty()));
  ::kill(workers.front(), SIGKILL);
  const ProgramEnd end = supervisor.wait();
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.err, HasSubstr("signal 9"));
  EXPECT_EQ(detections(job.out()), job.undisturbed());
  EXPECT_EQ(read_bytes(job.out() + "/errors.jsonl"), "");
}

class ForkServersDeath : public WorkersDeath {};

// Twice, so that the death of a successor is survived, too.
TEST_P(ForkServersDeath, CostsNothingButTime) {
  const LongJob job(GetParam());
  RunningProgram supervisor(job.program(300));
  ASSERT_TRUE(eventually([&] { return job.is_under_way(); }));
  pid_t server = -1;
  for (int death = 0; death < 2; ++death) {
    pid_t next = server;
    ASSERT_TRUE(eventually([&] {
      const auto servers = children_of(supervisor.pid());
      next = servers.size() == 1 ? servers.front() : server;
      return next != server && !children_of(next).empty();
    }));
    server = next;
    ::kill(server, SIGKILL);
  }
  const ProgramEnd end = supervisor.wait();
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.err, HasSubstr("the death of the fork server"));
  EXPECT_EQ(detections(job.out()), job.undisturbed());
  EXPECT_EQ(read_bytes(job.out() + "/errors.jsonl"), "");
  EXPECT_THAT(processes_with(job.mark()), IsEmpty());
}

const auto kKinds = ::testing::Values(Arguments{"--engine", "processes", "--start", "fork"},
                                      Arguments{"--engine", "processes", "--start", "spawn"},
                                      Arguments{"--engine", "threads", "--start", "fork"},
                                      Arguments{"--engine", "threads", "--start", "spawn"});
const auto kKindName = [](const auto& instance) {
  return instance.param[1] + "_" + instance.param[3];
};

INSTANTIATE_TEST_SUITE_P(Kinds, ForkServersDeath, kKinds, kKindName);
INSTANTIATE_TEST_SUITE_P(Kinds, WorkersDeath, kKinds, kKindName);

}  // namespace
}  // namespace rookery::e2e
