// A model that does not do what its card says is refused before any recording is touched, in one
// sentence that names what was found.
#include "worker/model_check.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include <chrono>
#include <fstream>

#include "tests/worker/test_recordings.h"
#include "tests/worker/toy_models.h"
#include "worker/model.h"
#include "worker/prepared_model.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

namespace jit = torch::jit;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kToyLabels;
using testing::kToySamples;
using testing::make_module;
using ::testing::Not;
using testing::TemporaryFolder;
using testing::toy_model;
using testing::toy_settings;

class ModelCheck : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(set_thread_settings(1)); }

  std::string save(const jit::Module& module) const {
    std::string file = folder_.file("model.pt");
    module.save(file);
    return file;
  }

  // The reason for refusing the model; empty if it is taken.
  std::string refusal(const jit::Module& module, ModelSettings settings) const {
    settings.file = save(module);
    return refusal(settings);
  }
  std::string refusal(const std::string& forward,
                      std::chrono::microseconds long_forward = std::chrono::hours(1)) const {
    ModelSettings settings = toy_model("");
    settings.file = save(with_forward(forward));
    return refusal(settings, long_forward);
  }
  static std::string refusal(const ModelSettings& model,
                             std::chrono::microseconds long_forward = std::chrono::hours(1)) {
    WorkerSettings settings = toy_settings("");
    settings.models = {model};
    Result<PreparedModels> prepared = prepare_models(settings, long_forward);
    if (prepared) return "";
    EXPECT_EQ(prepared.error().stage, "model");
    EXPECT_THAT(prepared.error().reason, Not(HasSubstr("\n")));
    return prepared.error().reason;
  }

  static jit::Module with_forward(const std::string& body) {
    return make_module({{"weights", testing::toy_weights()}},
                       {{"seen", at::zeros({4})}, {"count", at::zeros({}, at::kLong)}},
                       "def forward(self, x):\n" + body);
  }

  TemporaryFolder folder_;
};

TEST_F(ModelCheck, TakesAModelThatFitsItsCard) {
  EXPECT_EQ(refusal("  return torch.matmul(x, self.weights)\n"), "");
}

TEST_F(ModelCheck, TellsWhatAPreparedModelIs) {
  const WorkerSettings settings = toy_settings(save(testing::toy_tagger()));
  Result<PreparedModels> prepared = prepare_models(settings);
  ASSERT_TRUE(prepared) << to_string(prepared.error());
  ASSERT_EQ(prepared->facts.models.size(), 1u);
  const ModelFacts& facts = prepared->facts.models.front();
  EXPECT_EQ(facts.digest.size(), 64u);
  EXPECT_EQ(facts.tensor_count, 1);
  EXPECT_GE(facts.weights_bytes, kToySamples * kToyLabels * 4);
  EXPECT_EQ(facts.output_frames, 0);
  EXPECT_FALSE(prepared->facts.cpu_capability.empty());
  EXPECT_GT(facts.warm_forward_us, 0);
  ASSERT_NE(prepared->models.front().hosted.model, nullptr);
}

TEST_F(ModelCheck, RefusesAMissingFileAFolderAndWhatIsNoModel) {
  EXPECT_THAT(refusal(toy_model(folder_.file("none.pt"))), HasSubstr("No such file"));
  EXPECT_THAT(refusal(toy_model(folder_.file("."))), HasSubstr("not a regular file"));
  std::ofstream(folder_.file("model.pt")) << "this is no model";
  EXPECT_THAT(refusal(toy_model(folder_.file("model.pt"))), HasSubstr("is no TorchScript model"));
}

TEST_F(ModelCheck, RefusesAnotherInputShapeNamingThatGiven) {
  ModelSettings settings = toy_model("");
  settings.geometry.window = 400;
  EXPECT_THAT(refusal(testing::toy_tagger(), settings),
              AllOf(HasSubstr("throws on an input of shape [4, 400]"), HasSubstr("shapes")));
}

TEST_F(ModelCheck, TellsWhatTheModelItselfThrew) {
  EXPECT_THAT(refusal("  assert x.size(0) > 99, 'rows missing'\n  return x[:, 0:3]\n"),
              HasSubstr("rows missing"));
}

TEST_F(ModelCheck, RefusesAnOutputThatIsNoTensor) {
  EXPECT_THAT(refusal("  return x.size(0)\n"), HasSubstr("gives a Int instead of one tensor"));
}

TEST_F(ModelCheck, RefusesAnotherRankOrNumberOfRows) {
  EXPECT_THAT(refusal("  return torch.matmul(x, self.weights).unsqueeze(1)\n"),
              HasSubstr("for 4 rows the model gives an output of shape [4, 1, 3]"));
  EXPECT_THAT(refusal("  return torch.matmul(x, self.weights)[0:1]\n"), HasSubstr("shape [1, 3]"));
}

TEST_F(ModelCheck, TriesEveryBatchShapeOfThePlan) {
  EXPECT_THAT(
      refusal("  assert x.size(0) != 2, 'two rows'\n  return torch.matmul(x, self.weights)\n"),
      HasSubstr("input of shape [2, 800]"));
}

TEST_F(ModelCheck, RefusesAnotherNumberOfLabels) {
  EXPECT_THAT(refusal("  return torch.matmul(x, self.weights)[:, 0:2]\n"),
              HasSubstr("scores for 2 labels, the card lists 3"));
}

TEST_F(ModelCheck, RefusesNan) {
  EXPECT_THAT(refusal("  return torch.matmul(x, self.weights) * float('nan')\n"), HasSubstr("NaN"));
}

TEST_F(ModelCheck, RefusesAStateThatDoesNotKeepItsShape) {
  ModelSettings settings = toy_model("");
  settings.carries_state = true;
  settings.batch_size = 1;
  const auto state = [](const std::string& next) {
    return make_module({{"weights", testing::toy_weights()}}, {},
                       "def initial_state(self, rows: int):\n"
                       "  return torch.zeros(rows, 2)\n"
                       "def forward(self, x, state):\n"
                       "  return torch.matmul(x, self.weights), " +
                           next + "\n");
  };
  EXPECT_EQ(refusal(state("state + 1"), settings), "");
  EXPECT_THAT(refusal(state("torch.cat([state, state], 1)"), settings),
              HasSubstr("state of shape [1, 2] becomes one of shape [1, 4]"));
}

TEST_F(ModelCheck, RefusesFramesOffTheGrid) {
  ModelSettings settings = toy_model("");
  settings.output = OutputType::kFrames;
  settings.geometry.frame = 100;
  const auto frames = [](const std::string& count) {
    return with_forward("  return torch.zeros(x.size(0), " + count + ", 3)\n");
  };
  EXPECT_EQ(refusal(frames("8"), settings), "");
  EXPECT_THAT(refusal(frames("4"), settings),
              HasSubstr("the card's frame of 100 samples asks for 8"));
  EXPECT_THAT(refusal(frames("7"), settings), HasSubstr("no whole number of samples a frame"));
}

TEST_F(ModelCheck, NamesTheBufferThatAModelWrites) {
  EXPECT_THAT(refusal("  self.seen.add_(1.0)\n  return torch.matmul(x, self.weights)\n"),
              HasSubstr("changes its own seen in forward"));
  EXPECT_THAT(refusal("  self.count = self.count + 1\n  return torch.matmul(x, self.weights)\n"),
              HasSubstr("changes its own count in forward"));
  EXPECT_THAT(
      refusal("  self.seen.data.fill_(x.size(0))\n  return torch.matmul(x, self.weights)\n"),
      HasSubstr("changes its own seen in forward"));
}

TEST_F(ModelCheck, NamesThePlainValueThatAModelWrites) {
  jit::Module module("Counter");
  module.register_attribute("calls", c10::IntType::get(), c10::IValue(std::int64_t{0}));
  module.define("def forward(self, x):\n  self.calls += 1\n  return x[:, 0:3]\n");
  EXPECT_THAT(refusal(module, toy_model("")), HasSubstr("changes its own calls in forward"));
}

TEST_F(ModelCheck, RefusesRandomScores) {
  EXPECT_THAT(refusal("  return torch.rand(x.size(0), 3)\n"),
              HasSubstr("different scores for the same input"));
}

// A batch that is random is taken only where it is run once and compared with nothing.
TEST_F(ModelCheck, RunsAFullBatchThatTakesLongOnceAndComparesOneRow) {
  const auto random_batch = [](const std::string& row) {
    return fmt::format(
        "  if x.size(0) > 1:\n"
        "    return torch.rand(x.size(0), 3)\n"
        "  return {}\n",
        row);
  };
  const std::string sound = random_batch("torch.matmul(x, self.weights)");
  constexpr std::chrono::microseconds every_time_is_long{-1};
  EXPECT_THAT(refusal(sound), HasSubstr("different scores"));
  EXPECT_EQ(refusal(sound, every_time_is_long), "");
  EXPECT_THAT(refusal(random_batch("torch.rand(x.size(0), 3)"), every_time_is_long),
              HasSubstr("different scores"));
}

TEST(BatchSizes, AreTheFullBatchAndTheLadderBelowIt) {
  EXPECT_EQ(batch_sizes(8), (std::vector<std::int32_t>{8, 4, 2, 1}));
  EXPECT_EQ(batch_sizes(6), (std::vector<std::int32_t>{6, 4, 2, 1}));
  EXPECT_EQ(batch_sizes(1), (std::vector<std::int32_t>{1}));
}

}  // namespace
}  // namespace rookery
