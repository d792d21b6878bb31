// Invariant 6: nothing outlives a run outside its output folder, whatever of it is killed with
// SIGKILL; and the folder can be taken up again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <ostream>

#include "tests/e2e/long_job.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

enum class Victim { kSupervisor, kWholeTree };

struct Killing {
  const char* name;
  Arguments settings;
  Victim victim;

  friend void PrintTo(const Killing& killing, std::ostream* out) { *out << killing.name; }
};

// Supervisor, fork server, and two workers or one process with two in it.
std::size_t whole_tree_size(const Killing& killing) {
  const auto& words = killing.settings;
  return std::find(words.begin(), words.end(), "threads") != words.end() ? 3 : 4;
}

void kill_with_force(const Killing& killing, const LongJob& job, const RunningProgram& supervisor) {
  switch (killing.victim) {
    case Victim::kSupervisor:
      return supervisor.send(SIGKILL);
    case Victim::kWholeTree:
      for (const pid_t process : processes_with(job.mark())) ::kill(process, SIGKILL);
  }
}

void expect_nothing_in_temporary_folders(const LongJob& job) {
  EXPECT_TRUE(std::filesystem::is_empty(job.file("tmp")));
  EXPECT_TRUE(std::filesystem::is_empty(job.file("runtime")));
  for (const pid_t process : processes_with(job.mark())) {
    EXPECT_THAT(files_held_in(process, "/dev/shm"), IsEmpty()) << program_name(process);
    EXPECT_THAT(files_held_in(process, "/tmp/rookery"), IsEmpty()) << program_name(process);
  }
}

class NothingIsLeft : public ::testing::TestWithParam<Killing> {};

TEST_P(NothingIsLeft, AfterSigkillAndTheFolderCanBeTakenUpAgain) {
  const LongJob job(GetParam().settings);
  RunningProgram supervisor(job.program(1000));
  ASSERT_TRUE(eventually([&] { return job.is_under_way(); }));
  ASSERT_EQ(processes_with(job.mark()).size(), whole_tree_size(GetParam()));
  expect_nothing_in_temporary_folders(job);

  kill_with_force(GetParam(), job, supervisor);
  EXPECT_TRUE(eventually([&] { return processes_with(job.mark()).empty(); }));
  (void)supervisor.wait();
  expect_nothing_in_temporary_folders(job);

  const ProgramEnd again = run(job.program(0));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("done before"));
  EXPECT_EQ(detections(job.out()), job.undisturbed());
}

std::vector<Killing> all_killings() {
  const Arguments processes_fork = {"--engine", "processes", "--start", "fork"};
  const Arguments processes_spawn = {"--engine", "processes", "--start", "spawn"};
  const Arguments threads_fork = {"--engine", "threads", "--start", "fork"};
  const Arguments threads_spawn = {"--engine", "threads", "--start", "spawn"};
  return {{"SupervisorOfForkedProcesses", processes_fork, Victim::kSupervisor},
          {"TreeOfForkedProcesses", processes_fork, Victim::kWholeTree},
          {"SupervisorOfSpawnedProcesses", processes_spawn, Victim::kSupervisor},
          {"SupervisorOfForkedThreads", threads_fork, Victim::kSupervisor},
          {"SupervisorOfSpawnedThreads", threads_spawn, Victim::kSupervisor},
          {"TreeOfSpawnedThreads", threads_spawn, Victim::kWholeTree}};
}

INSTANTIATE_TEST_SUITE_P(All, NothingIsLeft, ::testing::ValuesIn(all_killings()),
                         [](const auto& instance) { return instance.param.name; });

TEST(NothingIsLeft, AfterAnOrderlyEnd) {
  const LongJob job({});
  const ProgramEnd end = run(job.program(0));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(processes_with(job.mark()), IsEmpty());
  expect_nothing_in_temporary_folders(job);
}

TEST(NothingIsLeft, WhenTheModelCannotBeLoaded) {
  const LongJob job({});
  Program program = job.program(0);
  std::filesystem::copy(dtmf_model(), job.file("model"));
  write_bytes(job.file("model/model.pt"), "no model");
  std::replace(program.command.begin(), program.command.end(), dtmf_model(), job.file("model"));
  EXPECT_EQ(run(program).exit_code, 3);
  EXPECT_THAT(processes_with(job.mark()), IsEmpty());
  expect_nothing_in_temporary_folders(job);
}

}  // namespace
}  // namespace rookery::e2e
