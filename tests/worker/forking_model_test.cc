// A model that runs parts of itself beside each other (torch.jit.fork), in a real rookery-worker.
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/resolver.h>
#include <torch/csrc/jit/frontend/sugared_value.h>

#include <memory>
#include <string>

#include "tests/worker/test_recordings.h"
#include "tests/worker/test_supervisor.h"
#include "tests/worker/toy_models.h"
#include "tests/worker/with_toy_model.h"

namespace rookery {
namespace {

using namespace rookery::testing;  // what tests make for themselves

// LibTorch's own resolver does not, unless it reads a file.
struct KnowsFork : torch::jit::NativeResolver {
  std::shared_ptr<torch::jit::SugaredValue> resolveValue(
      const std::string& name, torch::jit::GraphFunction& method,
      const torch::jit::SourceRange& place) override {
    if (name == "fork") return torch::jit::SpecialFormValue::create(c10::prim::fork);
    return NativeResolver::resolveValue(name, method, place);
  }
};

class ForkingModel : public ::testing::TestWithParam<Mode>, protected WithToyModel {
 protected:
  // The toy model's scores, in two halves.
  ForkingModel() {
    torch::jit::Module module("Toy");
    module.register_parameter("weights", toy_weights(), false);
    module.define(
        "def part(self, x):\n"
        "  return torch.matmul(x, self.weights)\n"
        "def forward(self, x):\n"
        "  one = fork(self.part, x)\n"
        "  other = fork(self.part, -x)\n"
        "  return 0.5 * (torch.wait(one) - torch.wait(other))\n",
        std::make_shared<KnowsFork>());
    module.save(folder_.file("forks.pt"));
  }

  WorkerSettings forking_settings() const {
    WorkerSettings forking = settings(GetParam());
    forking.models.front().file = folder_.file("forks.pt");
    forking.inter_op = 2;
    return forking;
  }

  void expect_scores(const TaskDone& done) const {
    ASSERT_EQ(done.result.parts.at(0).failure, std::nullopt);
    ASSERT_EQ(done.result.parts.at(0).segments.size(), 10U);
    for (const SegmentScores& segment : done.result.parts.at(0).segments) {
      for (const FrameScore& score : segment.scores) {
        EXPECT_NEAR(score.score, expected_score(segment.segment_index, score.label), 1e-4);
      }
    }
  }

 private:
  TemporaryFolder folder_;
};

// Inter-op threads are those of one process: what a fork of the server had would be missing.
TEST_P(ForkingModel, RunsHoweverWorkersAreStartedAndHosted) {
  TestSupervisor supervisor(forking_settings(), 2);
  supervisor.expect<ServerAlive>();
  supervisor.expect<ServerReady>();
  const SlotStart first{{0, 1}, {}};
  const SlotStart second{{1, 1}, {}};
  if (GetParam().engine == EngineKind::kThreads) {
    supervisor.start({first, second});
  } else {
    supervisor.start({first});
    supervisor.start({second});
  }
  for (const SlotId slot : {0, 1}) {
    supervisor.send({slot, 1}, Probe{100 + slot, recording()});
    const auto probed = std::get<ProbeDone>(supervisor.next_answer().message.value());
    supervisor.send({slot, 1}, task(200 + slot, probed.properties));
    expect_scores(std::get<TaskDone>(supervisor.next_answer().message.value()));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Modes, ForkingModel,
    ::testing::Values(Mode{EngineKind::kProcesses, StartKind::kFork, WeightsKind::kShared},
                      Mode{EngineKind::kProcesses, StartKind::kFork, WeightsKind::kPrivate},
                      Mode{EngineKind::kProcesses, StartKind::kSpawn, WeightsKind::kShared},
                      Mode{EngineKind::kThreads, StartKind::kFork, WeightsKind::kShared},
                      Mode{EngineKind::kThreads, StartKind::kSpawn, WeightsKind::kPrivate}),
    [](const ::testing::TestParamInfo<Mode>& instance) { return name_of(instance.param); });

}  // namespace
}  // namespace rookery
