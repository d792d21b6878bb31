// Workers in threads of one process, with one copy of the weights: no forward waits for another's.
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include <chrono>
#include <thread>
#include <vector>

#include "tests/worker/test_recordings.h"
#include "tests/worker/test_supervisor.h"
#include "tests/worker/toy_models.h"
#include "tests/worker/with_toy_model.h"

namespace rookery {
namespace {

using namespace rookery::testing;  // what tests make for themselves

class ForwardsAtOnce : public ::testing::TestWithParam<StartKind>, protected WithToyModel {
 protected:
  static constexpr SlotId kEndless = 0;
  static constexpr SlotId kOrdinary = 1;

  ForwardsAtOnce() {
    make_module({{"weights", toy_weights()}}, {},
                "def forward(self, x):\n"
                "  while bool(x.mean() > 0.4):\n"
                "    x = x + 0.1\n"
                "  return torch.matmul(x, self.weights)\n")
        .save(folder_.file("endless.pt"));
    write_recording(folder_.file("high.wav"), {"wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, 8000},
                    std::vector<float>(10 * kToySamples, 0.5F));
  }

  WorkerSettings threads_of_one_model() const {
    WorkerSettings threads = settings({EngineKind::kThreads, GetParam(), WeightsKind::kShared});
    threads.models.front().file = folder_.file("endless.pt");
    return threads;
  }

  Task endless_task(TaskId id, const RecordingProperties& properties) const {
    Task endless = task(id, properties);
    endless.recording.path = folder_.file("high.wav");
    return endless;
  }

 private:
  TemporaryFolder folder_;
};

void await_forward(const Beacon& beacon, SlotId slot) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (beacon.read(slot).stage != BeaconStage::kForward) {
    ASSERT_LT(std::chrono::steady_clock::now(), limit) << "the endless forward never began";
    std::this_thread::yield();
  }
}

TEST_P(ForwardsAtOnce, OneThatNeverEndsLetsTheOtherThreadsRun) {
  TestSupervisor supervisor(threads_of_one_model(), 2);
  supervisor.expect<ServerAlive>();
  supervisor.expect<ServerReady>();
  supervisor.start({{{kEndless, 1}, {}}, {{kOrdinary, 1}, {}}});
  supervisor.send({kOrdinary, 1}, Probe{1, recording()});
  const auto probed = std::get<ProbeDone>(supervisor.next_answer().message.value());

  supervisor.send({kEndless, 1}, endless_task(2, probed.properties));
  await_forward(supervisor.beacon(), kEndless);
  const BeaconNote before = supervisor.beacon().read(kEndless);

  supervisor.send({kOrdinary, 1}, task(3, probed.properties));
  const auto done = std::get<TaskDone>(supervisor.next_answer().message.value());
  EXPECT_EQ(done.result.id, 3);
  EXPECT_EQ(done.result.parts.at(0).failure, std::nullopt);
  EXPECT_EQ(done.result.parts.at(0).segments.size(), 10U);
  EXPECT_EQ(supervisor.beacon().read(kEndless), before) << "it was to be in forward all the time";
}

INSTANTIATE_TEST_SUITE_P(Starts, ForwardsAtOnce,
                         ::testing::Values(StartKind::kFork, StartKind::kSpawn),
                         [](const ::testing::TestParamInfo<StartKind>& instance) {
                           return std::string(instance.param == StartKind::kFork ? "fork"
                                                                                 : "spawn");
                         });

}  // namespace
}  // namespace rookery
