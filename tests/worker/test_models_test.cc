// Models as people bring them, scripted by Python (tools/make_test_models.py): those that are sound
// are shared without losing a bit, the others are refused.
#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <utility>
#include <vector>

#include "tests/worker/test_supervisor.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/model_check.h"
#include "worker/prepared_model.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

// Half a second at 16 kHz, two labels, as the cards of these models say.
ModelSettings model_of(const std::string& name) {
  ModelSettings settings;
  settings.file = fmt::format("{}/models/{}/model.pt", ROOKERY_TEST_DATA, name);
  settings.geometry.sample_rate = 16'000;
  settings.geometry.window = 8'000;
  settings.geometry.hop = 8'000;
  settings.activation = Activation::kNone;
  settings.floors.assign(2, -std::numeric_limits<float>::infinity());
  settings.batch_size = 4;
  return settings;
}

WorkerSettings settings_of(const std::string& name) {
  WorkerSettings settings;
  settings.models = {model_of(name)};
  settings.channel = "mix";
  settings.resampler = "hq";
  return settings;
}

class TestModels : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(std::filesystem::exists(model_of("levels").file))
        << "the test models are missing: make them with tools/make_test_models.py --out "
        << ROOKERY_TEST_DATA << "/models, as ./bootstrap.sh test does";
    ASSERT_TRUE(set_thread_settings(1));
  }
};

class SoundModels : public TestModels, public ::testing::WithParamInterface<const char*> {};

TEST_P(SoundModels, GiveTheSameBitsFromTheStoreAsFromTheFile) {
  const ModelSettings settings = model_of(GetParam());
  auto prepared = prepare_models(settings_of(GetParam()));
  ASSERT_TRUE(prepared) << to_string(prepared.error());
  auto original = load_model(settings);
  ASSERT_TRUE(original) << to_string(original.error());
  const HostedModel& hosted = prepared->models.front().hosted;
  for (const std::int32_t rows : batch_sizes(settings.batch_size)) {
    const at::Tensor input = probe_input(*hosted.front_end, settings.geometry, rows);
    EXPECT_TRUE(
        at::equal(hosted.model->forward(input)->output, (*original)->forward(input)->output))
        << rows;
  }
}

INSTANTIATE_TEST_SUITE_P(FromPython, SoundModels,
                         ::testing::Values("levels", "two_equal_weights", "channels_last", "half"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(TestModels, OthersAreRefusedWithWhatIsWrong) {
  const std::vector<std::pair<const char*, const char*>> refusals = {
      {"throws", "throws on an input of shape [4, 8000]"},
      {"wrong_input", "throws on an input of shape [4, 8000]"},
      {"gives_nan", "NaN"},
      {"writes_buffer", "changes its own loudest in forward"},
      {"counts_calls", "changes its own calls in forward"},
      {"not_torchscript", "is no TorchScript model"},
      {"missing_file", "No such file"},
  };
  for (const auto& [name, reason] : refusals) {
    auto prepared = prepare_models(settings_of(name));
    ASSERT_FALSE(prepared) << name;
    EXPECT_THAT(prepared.error().reason, HasSubstr(reason)) << name;
    EXPECT_THAT(prepared.error().reason, ::testing::Not(HasSubstr("\n"))) << name;
  }
}

// A process that has threads must not fork: the fork server says so and goes on with spawn.
TEST_F(TestModels, OneThatStartsThreadsIsSpawned) {
  testing::TestSupervisor supervisor(settings_of("starts_threads"), 1);
  supervisor.expect<ServerAlive>();
  const auto facts = supervisor.expect<ServerReady>();
  EXPECT_GT(facts.threads, 1);
  EXPECT_EQ(facts.start, StartKind::kSpawn);
  supervisor.start({{{0, 1}, {}}});
  supervisor.send({0, 1}, Stop{});
  EXPECT_EQ(supervisor.expect<WorkersEnded>().wait_status, 0);
}

}  // namespace
}  // namespace rookery
