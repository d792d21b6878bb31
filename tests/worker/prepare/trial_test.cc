// Models are compared on what their cards say they take, and no difference is overlooked.
#include "worker/prepare/trial.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include <cmath>
#include <limits>

#include "tests/worker/toy_models.h"
#include "worker/front_end.h"
#include "worker/prepare/probe_audio.h"
#include "worker/torchscript_model.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;

TEST(LargestDifference, IsThatOfTheWorstScore) {
  const at::Tensor one = at::tensor({0.1F, 0.2F});
  EXPECT_EQ(largest_difference({one, one}, {one, one}), 0);
  EXPECT_NEAR(largest_difference({one, one}, {one, one + at::tensor({0.0F, -0.3F})}), 0.3, 1e-6);
}

TEST(LargestDifference, IsInfiniteForOtherShapesAndForWhatIsNoNumber) {
  const at::Tensor one = at::zeros({2});
  EXPECT_TRUE(std::isinf(largest_difference({one}, {one, one})));
  EXPECT_TRUE(std::isinf(largest_difference({one}, {at::zeros({1})})));
  EXPECT_TRUE(std::isinf(largest_difference({one}, {at::full({2}, NAN)})));
}

TEST(ScoresOf, CarryAStateFromBatchToBatch) {
  torch::jit::Module module = testing::make_module(
      {}, {}, "def forward(self, x, state):\n  after = state + x\n  return after, after\n");
  module.define("def initial_state(self, rows: int):\n  return torch.full([rows, 1], 0.5)\n");
  const TorchScriptModel model(module);
  ModelSettings settings;
  settings.carries_state = true;
  settings.activation = Activation::kNone;
  const TrialBatch batch{at::full({1, 1}, 0.25), {}};
  const auto scores = scores_of(model, {batch, batch}, settings);
  ASSERT_TRUE(scores) << to_string(scores.error());
  EXPECT_FLOAT_EQ(scores->at(0).item<float>(), 0.75F);
  EXPECT_FLOAT_EQ(scores->at(1).item<float>(), 1.0F);
}

TEST(ProbeAudio, EndsEverySecondRowInPaddingForModelsThatTakeLengths) {
  ModelSettings settings = testing::toy_model("");
  settings.takes_lengths = true;
  const ProbeAudio noise = quiet_noise(settings);
  ASSERT_EQ(noise.batches.size(), 1U);
  const ProbeBatch& batch = noise.batches.front();
  EXPECT_THAT(batch.heard, ElementsAre(800, 400, 800, 400));
  EXPECT_TRUE(at::all(batch.waveform[1].narrow(0, 400, 400) == 0).item<bool>());
  EXPECT_FALSE(at::any(batch.waveform[0] == 0).item<bool>());
  const FrontEnd front_end = FrontEnd::create({}, 8000, 800).value();
  const TrialBatch tried = trial_batch(front_end, settings, batch.waveform, batch.heard);
  EXPECT_TRUE(at::equal(tried.lengths, at::tensor({800, 400, 800, 400}, at::kLong)));
}

}  // namespace
}  // namespace rookery
