// Steps of preparing: each leaves the model what it was, but for the last bits, and does what it is
// named for.
#include "worker/prepare/recipe.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <sstream>

#include "tests/worker/toy_models.h"
#include "worker/prepare/graph_nodes.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

namespace jit = torch::jit;
using testing::make_module;

at::Tensor ramp(at::IntArrayRef sizes) {
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) count *= size;
  return at::sin(at::arange(count, at::kFloat) * 0.61).reshape(sizes) * 0.2;
}

// [2, 3, 16, 16] → [2, 5]: a front end that ends in a logarithm, two convolutions with batch-norm
// and ReLU, a last layer, sigmoid.
jit::Module tagger() {
  jit::Module module = make_module(
      {{"bank", ramp({16, 16})},
       {"first", ramp({32, 3, 3, 3})},
       {"second", ramp({32, 32, 3, 3})},
       {"head", ramp({5, 32})}},
      {{"mean", ramp({32})}, {"var", at::full({32}, 0.7)}, {"scale", at::full({32}, 1.3)}},
      "def block(self, x, w):\n"
      "  y = torch.conv2d(x, w, None, [1, 1], [1, 1])\n"
      "  y = torch.batch_norm(y, self.scale, None, self.mean, self.var, False, 0.1, 1e-5, False)\n"
      "  return torch.relu(y)\n"
      "def forward(self, x):\n"
      "  x = torch.log(torch.matmul(x, self.bank).abs() + 1e-3)\n"
      "  x = self.block(self.block(x, self.first), self.second)\n"
      "  return torch.sigmoid(torch.matmul(x.mean([2, 3]), self.head.t()))\n");
  module.eval();
  return module;
}

// Lives as long as what is made from it.
jit::Module& original() {
  static jit::Module module = tagger();
  return module;
}

at::Tensor run(jit::Module& module) {
  const c10::InferenceMode inference_mode;
  return module.forward({ramp({2, 3, 16, 16})}).toTensor();
}

std::vector<jit::Node*> nodes_of(const jit::Module& module) {
  return all_nodes(*module.get_method("forward").graph());
}

std::size_t count(const jit::Module& module, std::string_view operation) {
  const auto nodes = nodes_of(module);
  return static_cast<std::size_t>(std::count_if(
      nodes.begin(), nodes.end(), [&](const auto* node) { return is_any_of(*node, {operation}); }));
}

std::vector<at::Tensor> constants_of(const jit::Module& module) {
  std::vector<at::Tensor> tensors;
  for (const jit::Node* node : nodes_of(module)) {
    if (node->outputs().size() != 1) continue;
    if (const auto tensor = constant_tensor(*node->output())) tensors.push_back(*tensor);
  }
  return tensors;
}

Recipe up_to(Step last) {
  Recipe recipe;
  for (const Step step : {Step::kFreeze, Step::kFoldBatchNorm, Step::kChannelsLast, Step::kBfloat16,
                          Step::kFuseActivations}) {
    recipe.push_back(step);
    if (step == last) break;
  }
  return recipe;
}

class Steps : public ::testing::TestWithParam<Step> {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(set_thread_settings(1)); }
};

TEST_P(Steps, ChangeTheModelButNotWhatItGives) {
  Result<Followed> followed = follow(up_to(GetParam()), original());
  ASSERT_TRUE(followed) << to_string(followed.error());
  EXPECT_TRUE(followed->changed);
  const double tolerance = GetParam() >= Step::kBfloat16 ? 0.02 : 1e-5;
  const at::Tensor difference = run(original()) - run(followed->module);
  EXPECT_LE(difference.abs().max().item<double>(), tolerance);
}

TEST_P(Steps, SurviveSavingToTheBit) {
  Result<Followed> followed = follow(up_to(GetParam()), original());
  ASSERT_TRUE(followed) << to_string(followed.error());
  std::stringstream file;
  followed->module.save(file);
  jit::Module loaded = jit::load(file);
  loaded.eval();
  EXPECT_TRUE(at::equal(run(followed->module), run(loaded)));
}

INSTANTIATE_TEST_SUITE_P(Each, Steps,
                         ::testing::Values(Step::kFreeze, Step::kFoldBatchNorm, Step::kChannelsLast,
                                           Step::kBfloat16, Step::kFuseActivations));

TEST(FoldBatchNorm, LeavesNone) {
  const Followed frozen = follow({Step::kFreeze}, original()).value();
  EXPECT_EQ(count(frozen.module, "aten::batch_norm"), 2u);
  const Followed folded = follow(up_to(Step::kFoldBatchNorm), original()).value();
  EXPECT_EQ(count(folded.module, "aten::batch_norm"), 0u);
}

TEST(ChannelsLast, StoresWeightsSoAndConvertsOnceAtTheFirstConvolution) {
  const Followed followed = follow(up_to(Step::kChannelsLast), original()).value();
  EXPECT_EQ(count(followed.module, "aten::contiguous"), 1u);
  for (const at::Tensor& constant : constants_of(followed.module)) {
    if (constant.dim() != 4) continue;
    EXPECT_TRUE(constant.is_contiguous(at::MemoryFormat::ChannelsLast)) << constant.sizes();
  }
}

TEST(ChannelsLast, IsWhatAConvolutionOfOneChannelGivesToo) {
  jit::Module module = make_module({{"first", ramp({8, 1, 3, 3})}}, {},
                                   "def forward(self, x):\n"
                                   "  return torch.conv2d(x, self.first, None, [1, 1], [1, 1])\n");
  module.eval();
  Followed followed = follow({Step::kFreeze, Step::kChannelsLast}, module).value();
  const c10::InferenceMode inference_mode;
  const at::Tensor given = followed.module.forward({ramp({2, 1, 16, 16})}).toTensor();
  EXPECT_TRUE(given.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Freeze, KeepsTheStateAtARecordingsStart) {
  jit::Module module = make_module({{"w", ramp({4, 4})}}, {{"start", ramp({1, 4})}},
                                   "def forward(self, x, state):\n"
                                   "  y = torch.matmul(x, self.w) + state\n"
                                   "  return y, y\n");
  module.define("def initial_state(self, rows: int):\n  return self.start.repeat([rows, 1])\n");
  module.eval();
  std::stringstream file;
  follow({Step::kFreeze, Step::kFoldBatchNorm}, module).value().module.save(file);
  jit::Module loaded = jit::load(file);
  const auto state = loaded.get_method("initial_state")({std::int64_t{3}}).toTensor();
  EXPECT_TRUE(at::equal(state, ramp({1, 4}).repeat({3, 1})));
}

TEST(Bfloat16, TakesConvolutionsAndLeavesFrontEndAndLastLayer) {
  const Followed followed = follow(up_to(Step::kBfloat16), original()).value();
  std::size_t reduced = 0;
  for (const at::Tensor& constant : constants_of(followed.module)) {
    if (constant.sizes() == at::IntArrayRef({16, 16}) || constant.numel() == std::int64_t{5} * 32) {
      EXPECT_EQ(constant.scalar_type(), at::kFloat) << constant.sizes();
    }
    if (constant.dim() == 4) {
      EXPECT_EQ(constant.scalar_type(), at::kBFloat16);
      ++reduced;
    }
  }
  EXPECT_EQ(reduced, 2u);
}

TEST(Bfloat16, GivesFloat) {
  Followed followed = follow(up_to(Step::kBfloat16), original()).value();
  EXPECT_EQ(run(followed.module).scalar_type(), at::kFloat);
}

TEST(FuseActivations, LeavesNoReluBehindAConvolution) {
  const Followed followed = follow(up_to(Step::kFuseActivations), original()).value();
  EXPECT_EQ(count(followed.module, "aten::relu"), 0u);
  EXPECT_EQ(count(followed.module, "mkldnn::_convolution_pointwise"), 2u);
}

TEST(Steps, FindNothingToDoInAModelOfOneLayer) {
  jit::Module module = testing::toy_tagger();
  module.eval();
  for (const Step step :
       {Step::kFoldBatchNorm, Step::kChannelsLast, Step::kBfloat16, Step::kFuseActivations}) {
    Result<Followed> followed = follow({Step::kFreeze, step}, module);
    ASSERT_TRUE(followed) << to_string(followed.error());
    EXPECT_FALSE(followed->changed) << to_string(step);
  }
}

}  // namespace
}  // namespace rookery
