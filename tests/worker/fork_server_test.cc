// The real rookery-worker, driven step by step: every way to start and host workers gives the same
// answers, deaths are told, and nothing outlives the supervisor.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <torch/csrc/jit/api/module.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <csignal>
#include <map>

#include "tests/worker/test_recordings.h"
#include "tests/worker/test_supervisor.h"
#include "tests/worker/toy_models.h"
#include "tests/worker/with_toy_model.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;
using namespace rookery::testing;  // what tests make for themselves

// One recording of ten windows, and the toy model, which takes it as it is.
std::vector<SlotStart> slots(std::int32_t count, std::int32_t incarnation = 1) {
  std::vector<SlotStart> found;
  found.reserve(static_cast<std::size_t>(count));
  for (SlotId slot = 0; slot < count; ++slot) found.push_back({{slot, incarnation}, {}});
  return found;
}

void start_all(TestSupervisor& supervisor, EngineKind engine, std::int32_t count) {
  if (engine == EngineKind::kThreads) {
    supervisor.start(slots(count));
    return;
  }
  for (const SlotStart& slot : slots(count)) supervisor.start({slot});
}

constexpr std::int32_t kWorkers = 2;

class EveryMode : public ::testing::TestWithParam<Mode>, protected WithToyModel {};

TEST_P(EveryMode, ProbesAndScoresTheSame) {
  TestSupervisor supervisor(settings(GetParam()), kWorkers);
  EXPECT_EQ(supervisor.expect<ServerAlive>().pid, supervisor.server_pid());
  const auto facts = supervisor.expect<ServerReady>();
  EXPECT_EQ(facts.threads, 1);
  EXPECT_EQ(facts.start, GetParam().start);
  EXPECT_EQ(facts.models.at(0).weights_bytes > 0, GetParam().weights == WeightsKind::kShared);
  start_all(supervisor, GetParam().engine, kWorkers);

  for (SlotId slot = 0; slot < kWorkers; ++slot) {
    supervisor.send({slot, 1}, Probe{100 + slot, recording()});
    const auto probed = std::get<ProbeDone>(supervisor.next_answer().message.value());
    EXPECT_EQ(probed.id, 100 + slot);
    ASSERT_EQ(probed.properties.frames, 10 * kToySamples);

    supervisor.send({slot, 1}, task(200 + slot, probed.properties));
    const auto done = std::get<TaskDone>(supervisor.next_answer().message.value());
    EXPECT_EQ(done.result.id, 200 + slot);
    ASSERT_EQ(done.result.parts.at(0).segments.size(), 10u);
    for (const SegmentScores& segment : done.result.parts.at(0).segments) {
      ASSERT_EQ(segment.scores.size(), static_cast<std::size_t>(kToyLabels));
      for (const FrameScore& score : segment.scores) {
        EXPECT_NEAR(score.score, expected_score(segment.segment_index, score.label), 1e-4);
      }
    }
  }

  for (SlotId slot = 0; slot < kWorkers; ++slot) supervisor.send({slot, 1}, Stop{});
  supervisor.send(Quit{});
  std::size_t ended = 0;
  while (ended < kWorkers) {
    const auto end = supervisor.expect<WorkersEnded>();
    EXPECT_EQ(end.wait_status, 0);
    ended += end.workers.size();
  }
  EXPECT_EQ(supervisor.wait_for_server(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Modes, EveryMode,
    ::testing::Values(Mode{EngineKind::kProcesses, StartKind::kFork, WeightsKind::kShared},
                      Mode{EngineKind::kProcesses, StartKind::kFork, WeightsKind::kPrivate},
                      Mode{EngineKind::kProcesses, StartKind::kSpawn, WeightsKind::kShared},
                      Mode{EngineKind::kProcesses, StartKind::kSpawn, WeightsKind::kPrivate},
                      Mode{EngineKind::kThreads, StartKind::kFork, WeightsKind::kShared},
                      Mode{EngineKind::kThreads, StartKind::kFork, WeightsKind::kPrivate},
                      Mode{EngineKind::kThreads, StartKind::kSpawn, WeightsKind::kShared},
                      Mode{EngineKind::kThreads, StartKind::kSpawn, WeightsKind::kPrivate}),
    [](const ::testing::TestParamInfo<Mode>& instance) { return name_of(instance.param); });

class ForkServerTest : public ::testing::Test, protected WithToyModel {
 protected:
  static constexpr Mode kForked = {EngineKind::kProcesses, StartKind::kFork, WeightsKind::kShared};

  static void until_ready(TestSupervisor& supervisor) {
    supervisor.expect<ServerAlive>();
    supervisor.expect<ServerReady>();
  }
};

TEST_F(ForkServerTest, TellsTheSignalThatEndedAWorkerAndStartsTheNext) {
  TestSupervisor supervisor(settings(kForked), 1);
  until_ready(supervisor);
  const pid_t first = supervisor.start(slots(1, 1));
  ::kill(first, SIGKILL);
  const auto ended = supervisor.expect<WorkersEnded>();
  EXPECT_EQ(ended.pid, first);
  EXPECT_TRUE(WIFSIGNALED(ended.wait_status));
  EXPECT_EQ(WTERMSIG(ended.wait_status), SIGKILL);
  EXPECT_EQ(ended.workers, (std::vector<WorkerIdentity>{{0, 1}}));

  supervisor.start(slots(1, 2));
  supervisor.send({0, 2}, Probe{1, recording()});
  EXPECT_TRUE(std::holds_alternative<ProbeDone>(supervisor.next_answer().message.value()));
}

TEST_F(ForkServerTest, WorkersAndServerLeaveInterruptsToTheSupervisor) {
  TestSupervisor supervisor(settings(kForked), 1);
  until_ready(supervisor);
  const pid_t worker = supervisor.start(slots(1));
  for (const pid_t pid : {worker, supervisor.server_pid()}) {
    ::kill(pid, SIGINT);
    ::kill(pid, SIGTERM);
  }
  supervisor.send({0, 1}, Probe{1, recording()});
  EXPECT_TRUE(std::holds_alternative<ProbeDone>(supervisor.next_answer().message.value()));
  supervisor.send({0, 1}, Stop{});
  EXPECT_EQ(supervisor.expect<WorkersEnded>().wait_status, 0);
}

TEST_F(ForkServerTest, EndsWithItsWorkersWhenTheSocketCloses) {
  TestSupervisor supervisor(settings(kForked), 1);
  until_ready(supervisor);
  const ProcessWatch worker(supervisor.start(slots(1)));
  supervisor.hang_up();
  EXPECT_EQ(supervisor.wait_for_server(), 0);
  EXPECT_TRUE(worker.wait_for_end());
}

// The supervisor is a process of its own here: it tells its children's ids, then is killed.
TEST_F(ForkServerTest, NothingOutlivesAKilledSupervisor) {
  std::array<int, 2> ids{};
  ASSERT_EQ(::pipe(ids.data()), 0);
  const pid_t supervisor_pid = ::fork();
  if (supervisor_pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    TestSupervisor supervisor(settings(kForked), 2);
    until_ready(supervisor);
    const std::array started{supervisor.server_pid(), supervisor.start({SlotStart{{0, 1}, {}}}),
                             supervisor.start({SlotStart{{1, 1}, {}}})};
    if (::write(ids[1], started.data(), sizeof started) < 0) ::_exit(1);
    while (true) ::pause();
  }
  ::close(ids[1]);
  std::array<pid_t, 3> started{};
  ASSERT_EQ(::read(ids[0], started.data(), sizeof started), static_cast<ssize_t>(sizeof started));
  ::close(ids[0]);
  std::vector<ProcessWatch> watches;
  watches.reserve(started.size());
  for (const pid_t pid : started) watches.emplace_back(pid);
  ::kill(supervisor_pid, SIGKILL);
  ::waitpid(supervisor_pid, nullptr, 0);
  for (const ProcessWatch& watch : watches) EXPECT_TRUE(watch.wait_for_end());
}

TEST_F(ForkServerTest, AForkedWorkerHoldsLittleOfItsOwn) {
  TestSupervisor supervisor(settings(kForked), 1);
  until_ready(supervisor);
  supervisor.send(StartWorkers{slots(1)});
  supervisor.next_answer();
  const auto ready = std::get<Ready>(supervisor.next_answer().message.value());
  EXPECT_GT(ready.private_dirty_bytes, 0);
  EXPECT_LT(ready.private_dirty_bytes, 4 << 20);
}

// A fork after a warm-up with several OpenMP threads would hang the child for ever.
TEST_F(ForkServerTest, AForkedWorkerMayHaveThreadsForItsOperators) {
  WorkerSettings wide = settings(kForked);
  wide.intra_op = 2;
  TestSupervisor supervisor(wide, 1);
  until_ready(supervisor);
  supervisor.start(slots(1));
  supervisor.send({0, 1}, Probe{1, recording()});
  const auto probed = std::get<ProbeDone>(supervisor.next_answer().message.value());
  supervisor.send({0, 1}, task(2, probed.properties));
  EXPECT_TRUE(std::holds_alternative<TaskDone>(supervisor.next_answer().message.value()));
}

TEST_F(ForkServerTest, SaysWhyAModelIsRefusedAfterItSaidThatItLives) {
  WorkerSettings wrong = settings(kForked);
  wrong.models.front().floors.resize(2);
  TestSupervisor supervisor(wrong, 1);
  supervisor.expect<ServerAlive>();
  try {
    supervisor.next_control();
    FAIL() << "the model was taken";
  } catch (const std::runtime_error& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("model: the model gives scores for 3 labels"));
  }
  EXPECT_EQ(supervisor.wait_for_server(), 3);
}

TEST_F(ForkServerTest, ABadRecordingFailsItsWorkAloneAndTheWorkerGoesOn) {
  TestSupervisor supervisor(settings(kForked), 1);
  until_ready(supervisor);
  supervisor.start(slots(1));
  Recording missing = recording();
  missing.path += "-missing";
  supervisor.send({0, 1}, Probe{1, missing});
  const auto failed = std::get<WorkFailed>(supervisor.next_answer().message.value());
  EXPECT_EQ(failed.id, 1);
  EXPECT_EQ(failed.error.stage, "open");
  supervisor.send({0, 1}, Probe{2, recording()});
  EXPECT_EQ(std::get<ProbeDone>(supervisor.next_answer().message.value()).id, 2);
}

TEST_F(ForkServerTest, WhatForwardThrowsNamesTheSegments) {
  TemporaryFolder folder;
  const std::string file = folder.file("throws.pt");
  make_module({{"weights", toy_weights()}}, {},
              "def forward(self, x):\n"
              "  assert bool(x.abs().max() < 0.3), 'too loud'\n"
              "  return torch.matmul(x, self.weights)\n")
      .save(file);
  WorkerSettings loud = settings(kForked);
  loud.models.front().file = file;
  TestSupervisor supervisor(loud, 1);
  until_ready(supervisor);
  supervisor.start(slots(1));
  supervisor.send({0, 1}, Probe{1, recording()});
  const auto probed = std::get<ProbeDone>(supervisor.next_answer().message.value());
  supervisor.send({0, 1}, task(2, probed.properties));
  const auto done = std::get<TaskDone>(supervisor.next_answer().message.value());
  const std::optional<Error>& failure = done.result.parts.at(0).failure;
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->stage, "forward");
  EXPECT_THAT(failure->reason, HasSubstr("segments 0 to 3"));
  EXPECT_THAT(failure->reason, HasSubstr("too loud"));
}

}  // namespace
}  // namespace rookery
