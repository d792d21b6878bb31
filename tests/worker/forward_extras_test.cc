#include "worker/forward_extras.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include "tests/temporary_folder.h"
#include "tests/worker/toy_models.h"
#include "worker/front_end.h"
#include "worker/torch_settings.h"
#include "worker/torchscript_model.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::int64_t> numbers(const at::Tensor& lengths) {
  return {lengths.const_data_ptr<std::int64_t>(),
          lengths.const_data_ptr<std::int64_t>() + lengths.numel()};
}

// Where a row begins in its recording, and how long that is.
struct Place {
  std::int64_t input_begin = 0;
  std::int64_t recording_samples = 0;
};

at::Tensor lengths_at(const std::vector<Place>& places, const FrontEnd& front_end) {
  std::vector<Segment> segments(places.size());
  std::vector<BatchRow> rows;
  for (std::size_t i = 0; i < places.size(); ++i) {
    segments[i].input_begin = places[i].input_begin;
    rows.push_back({&segments[i], places[i].recording_samples, nullptr});
  }
  return lengths_of(rows, front_end, 800);
}

TEST(Lengths, AreWhatEachRowsRecordingHasOfIt) {
  const FrontEnd waveform = FrontEnd::create({}, 8000, 800).value();
  EXPECT_THAT(numbers(lengths_at({{0, 1500}, {800, 1500}, {0, 300}, {2000, 1500}}, waveform)),
              ElementsAre(800, 700, 300, 0));
  FrontEndParameters mel{FrontEndType::kLogMel, {}};
  mel.log_mel.n_fft = mel.log_mel.win = 200;
  mel.log_mel.hop = 100;
  mel.log_mel.n_mels = 8;
  mel.log_mel.frames = 8;  // of the 9 that there are
  const FrontEnd log_mel = FrontEnd::create(mel, 8000, 800).value();
  EXPECT_THAT(numbers(lengths_at({{0, 1500}, {1000, 1500}}, log_mel)), ElementsAre(8, 6));
}

class States : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(set_thread_settings(1)); }

  TorchScriptModel load(const torch::jit::Module& module) const {
    const std::string file = folder_ / "model.pt";
    module.save(file);
    return TorchScriptModel::load(file).value();
  }
  // Counts samples.
  TorchScriptModel counting() const {
    auto module = testing::make_module(
        {}, {},
        "def forward(self, x, state):\n  after = state + x.size(1)\n  return after, after\n");
    module.define("def initial_state(self, rows: int):\n  return torch.zeros([rows, 2])\n");
    return load(module);
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(States, BeginWithTheModelsOwnAndGoOnFromTheTasks) {
  const TorchScriptModel model = counting();
  ModelWork work;
  EXPECT_THAT(state_numbers(*state_before(work, model)), ElementsAre(0, 0));
  work.state = {3, 4};
  const at::Tensor state = *state_before(work, model);
  EXPECT_EQ(state.sizes(), at::IntArrayRef({1, 2}));
  const auto result = model.forward(at::zeros({1, 10}), {{}, state});
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_THAT(state_numbers(result->state), ElementsAre(13, 14));
}

TEST_F(States, OfAnotherSizeAreRefused) {
  ModelWork work;
  work.state = {1, 2, 3};
  const auto state = state_before(work, counting());
  ASSERT_FALSE(state);
  EXPECT_THAT(state.error().reason, HasSubstr("a state of 3 numbers, the model's has 2"));
}

TEST_F(States, AModelThatHasNoneIsToldWhatItLacks) {
  const TorchScriptModel model = load(testing::toy_tagger());
  const auto state = model.initial_state(1);
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().stage, "model");
  EXPECT_THAT(state.error().reason, HasSubstr("initial_state"));
}

}  // namespace
}  // namespace rookery
