// One copy of the weights: a module bound to the store gives the original's bits, and its tensors
// are the store's pages.
#include "worker/weights_binding.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/serialization/import.h>

#include <functional>
#include <ostream>
#include <sstream>

#include "shm/model_store.h"
#include "tests/worker/toy_models.h"
#include "worker/module_tensors.h"
#include "worker/prepare/recipe.h"
#include "worker/stand_in.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

namespace jit = torch::jit;
using rookery::testing::make_module;

const std::string kDigest(kDigestChars, 'a');

struct Case {
  std::string name;
  std::function<jit::Module()> make;
};
std::ostream& operator<<(std::ostream& out, const Case& value) { return out << value.name; }

at::Tensor ramp(at::IntArrayRef sizes, at::ScalarType type = at::kFloat) {
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) count *= size;
  return at::sin(at::arange(count, at::kFloat) * 0.61).reshape(sizes).to(type);
}

// Every model takes [2, 3, 16, 16].
constexpr const char* kConvolve =
    "def forward(self, x):\n  return torch.conv2d(x, self.kernel, self.bias, padding=1)\n";

jit::Module convolution(at::MemoryFormat format) {
  return make_module({{"kernel", ramp({32, 3, 3, 3}).contiguous(format)}, {"bias", ramp({32})}}, {},
                     kConvolve);
}

jit::Module nested() {
  jit::Module inner = make_module({{"scale", ramp({16})}}, {{"offset", ramp({16, 16})}},
                                  "def forward(self, x):\n  return x * self.scale + self.offset\n");
  jit::Module outer("Outer");
  outer.register_module("first", inner);
  outer.register_module("second", inner.deepcopy());
  outer.register_module("first_again", inner);
  outer.define(
      "def forward(self, x):\n  return "
      "self.first_again.forward(self.second.forward(self.first.forward(x)))\n");
  return outer;
}

jit::Module many_types() {
  return make_module({},
                     {{"half", ramp({16}, at::kHalf)},
                      {"brain", ramp({16}, at::kBFloat16)},
                      {"wide", ramp({16}, at::kDouble)},
                      {"rows", at::arange(15, -1, -1, at::kLong)},
                      {"mask", (at::arange(16) % 2).to(at::kBool)},
                      {"byte", at::arange(16).to(at::kByte)},
                      {"scalar", at::scalar_tensor(1.25)},
                      {"nothing", at::empty({0, 4})}},
                     "def forward(self, x):\n"
                     "  y = x.index_select(2, self.rows) * self.scalar + self.half + self.brain\n"
                     "  y = y + self.wide + self.byte + float(self.nothing.numel())\n"
                     "  return torch.where(self.mask, y, -y)\n");
}

jit::Module tied() {
  const at::Tensor weights = ramp({16, 16});
  return make_module({{"into", weights}, {"out_of", weights}}, {{"turned", weights.t()}},
                     "def forward(self, x):\n  y = torch.matmul(x, self.into)\n"
                     "  return torch.matmul(torch.matmul(y, self.out_of), self.turned)\n");
}

jit::Module views() {
  return make_module({},
                     {{"columns", ramp({16, 64}).slice(1, 3, 64, 4)},
                      {"repeated", ramp({16}).unsqueeze(1).expand({16, 64})}},
                     "def forward(self, x):\n"
                     "  return torch.matmul(torch.matmul(x, self.columns), self.repeated)\n");
}

jit::Module frozen(jit::Module module) {
  module.eval();
  return jit::freeze(module);
}

// As `rookery prepare` writes it: constants alone, in bfloat16, channels-last, fused.
jit::Module prepared_for_bfloat16() {
  jit::Module original = make_module(
      {{"first", ramp({32, 3, 3, 3})}, {"second", ramp({32, 32, 3, 3})}, {"head", ramp({32, 40})}},
      {},
      "def forward(self, x):\n"
      "  y = torch.relu(torch.conv2d(x, self.first, None, [1, 1], [1, 1]))\n"
      "  y = torch.relu(torch.conv2d(y, self.second, None, [1, 1], [1, 1]))\n"
      "  return torch.sigmoid(torch.matmul(y.mean([2, 3]), self.head))\n");
  original.eval();
  const Recipe recipe = {Step::kFreeze, Step::kChannelsLast, Step::kBfloat16,
                         Step::kFuseActivations};
  std::stringstream file;
  follow(recipe, original).value().module.save(file);
  return jit::load(file);
}

jit::Module many_equal_constants() {
  std::vector<testing::NamedTensor> parameters;
  std::string source = "def forward(self, x):\n";
  for (int i = 0; i < 40; ++i) {
    const std::string name = "w" + std::to_string(i);
    // Equal in twos, so that constants that become one on loading are among them.
    parameters.push_back({name, ramp({16, 64}, i % 3 == 0 ? at::kBFloat16 : at::kFloat) +
                                    static_cast<double>(i >> 1)});
    source += fmt::format(
        "  y = torch.matmul(x.to(self.{0}.dtype), self.{0})\n"
        "  x = x + y.to(x.dtype)[:, :, :, 0:16] * 0.01\n",
        name);
  }
  return make_module(parameters, {}, source + "  return x\n");
}

class BoundModel : public ::testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(set_thread_settings(1)); }

  static at::Tensor run(jit::Module& module) {
    const c10::InferenceMode inference_mode;
    return module.forward({ramp({2, 3, 16, 16})}).toTensor();
  }

  static ModelStore publish(jit::Module& module) {
    Result<SealedMemory> memory = publish_weights(module, kDigest);
    Result<ModelStore> store = ModelStore::attach(std::move(memory).value(), kDigest);
    return std::move(store).value();
  }

  static std::vector<at::Tensor> storable_tensors(const jit::Module& module) {
    std::vector<at::Tensor> found;
    for (const AttributeTensor& attribute : attributes_of(module).tensors) {
      if (is_storable(attribute.tensor)) found.push_back(attribute.tensor);
    }
    for (const jit::Node* node : constant_nodes(module)) {
      const at::Tensor constant = node->t(c10::attr::value);
      if (is_storable_constant(constant)) found.push_back(constant);
    }
    return found;
  }
};

TEST_P(BoundModel, GivesTheOriginalsBits) {
  jit::Module original = GetParam().make();
  const at::Tensor expected = run(original).clone();
  const ModelStore store = publish(original);
  auto bound = bind_weights(store);
  ASSERT_TRUE(bound) << to_string(bound.error());
  EXPECT_TRUE(at::equal(run(**bound), expected));
}

TEST_P(BoundModel, HoldsNothingButViewsOfTheStore) {
  jit::Module original = GetParam().make();
  const ModelStore store = publish(original);
  auto bound = bind_weights(store);
  ASSERT_TRUE(bound) << to_string(bound.error());
  const std::vector<at::Tensor> after = storable_tensors(**bound);
  ASSERT_FALSE(after.empty());
  for (const at::Tensor& tensor : after) {
    bool inside = false;
    for (const TensorView& view : store.tensors())
      inside |= view.data.data() == tensor.const_data_ptr();
    EXPECT_TRUE(inside);
    EXPECT_FALSE(tensor.requires_grad());
  }
}

TEST_P(BoundModel, KeepsShapeTypeAndStridesOfEveryAttribute) {
  jit::Module original = GetParam().make();
  std::vector<std::string> wanted;
  for (const AttributeTensor& a : attributes_of(original).tensors) {
    if (!is_storable(a.tensor)) continue;
    std::ostringstream text;
    text << a.name << a.tensor.sizes() << a.tensor.strides() << a.tensor.scalar_type();
    wanted.push_back(text.str());
  }
  const ModelStore store = publish(original);
  auto bound = bind_weights(store);
  ASSERT_TRUE(bound) << to_string(bound.error());
  std::vector<std::string> found;
  for (const AttributeTensor& a : attributes_of(**bound).tensors) {
    if (!is_storable(a.tensor)) continue;
    std::ostringstream text;
    text << a.name << a.tensor.sizes() << a.tensor.strides() << a.tensor.scalar_type();
    found.push_back(text.str());
  }
  EXPECT_EQ(found, wanted);
}

INSTANTIATE_TEST_SUITE_P(
    Models, BoundModel,
    ::testing::Values(
        Case{"contiguous", [] { return convolution(at::MemoryFormat::Contiguous); }},
        Case{"channels_last", [] { return convolution(at::MemoryFormat::ChannelsLast); }},
        Case{"nested", nested}, Case{"many_types", many_types}, Case{"tied", tied},
        Case{"views", views},
        Case{"frozen", [] { return frozen(convolution(at::MemoryFormat::Contiguous)); }},
        Case{"frozen_channels_last",
             [] { return frozen(convolution(at::MemoryFormat::ChannelsLast)); }},
        Case{"prepared", [] { return prepared_for_bfloat16(); }},
        Case{"many_equal_constants", [] { return frozen(many_equal_constants()); }}),
    [](const auto& test) { return test.param.name; });

TEST(Skeleton, IsSmallWhateverTheWeights) {
  const std::int64_t rows = 2'000;
  jit::Module module = make_module({{"weights", ramp({rows, 1'000})}}, {},
                                   "def forward(self, x):\n  return x + self.weights.sum()\n");
  auto memory = publish_weights(module, kDigest);
  ASSERT_TRUE(memory);
  auto store = ModelStore::attach(*std::move(memory), kDigest);
  ASSERT_TRUE(store);
  EXPECT_LT(store->skeleton().size(), 16u << 10);
  EXPECT_GT(store->total_bytes(), rows * 1'000 * 4);
}

TEST(TiedWeights, AreStoredOnce) {
  const at::Tensor weights = ramp({500, 500});
  jit::Module module = make_module({{"a", weights}, {"b", weights}}, {},
                                   "def forward(self, x):\n  return x + self.a + self.b\n");
  auto memory = publish_weights(module, kDigest);
  ASSERT_TRUE(memory);
  auto store = ModelStore::attach(*std::move(memory), kDigest);
  ASSERT_TRUE(store);
  EXPECT_LT(store->total_bytes(), 2 * 500 * 500 * 4);
}

TEST(BoundWeightsDeathTest, WritingToThemIsASegmentationFault) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  jit::Module module = make_module({{"weights", ramp({16})}}, {},
                                   "def forward(self, x):\n  return x + self.weights\n");
  auto memory = publish_weights(module, kDigest);
  ASSERT_TRUE(memory);
  auto store = ModelStore::attach(*std::move(memory), kDigest);
  ASSERT_TRUE(store);
  auto bound = bind_weights(*store);
  ASSERT_TRUE(bound);
  const at::Tensor weights = (*bound)->attr("weights").toTensor();
  EXPECT_EXIT(weights.zero_(), ::testing::KilledBySignal(SIGSEGV), "");
}

}  // namespace
}  // namespace rookery
