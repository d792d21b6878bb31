// A model whose input is tokens: samples to numbers of a vocabulary, through whole runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "tests/e2e/npy_file.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

// As the card of test model token_shares says.
constexpr int kVocabulary = 100;
constexpr std::size_t kWindow = 4000;
constexpr AudioKind kFloats = {0x010006, 16000, 1};  // WAV

// From below −1 to above it, rather long at the ends.
std::vector<float> swings(std::size_t samples) {
  std::vector<float> values(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    values[i] =
        static_cast<float>(1.2 * std::sin(0.0137 * static_cast<double>(i * (1 + i / kWindow))));
  }
  return values;
}

// What share of a window's samples each token is.
std::vector<float> shares(const float* samples) {
  std::vector<float> shares(kVocabulary);
  for (std::size_t i = 0; i < kWindow; ++i) {
    const float step = std::floor((samples[i] + 1.0F) * 0.5F * kVocabulary);
    const int token = std::min(kVocabulary - 1, std::max(0, static_cast<int>(step)));
    shares[static_cast<std::size_t>(token)] += 1.0F / kWindow;
  }
  return shares;
}

// The arrays that a model gives for a.wav in the folder, with what more is asked for.
NpyFile vectors_of(const TemporaryFolder& folder, const std::string& model, const std::string& out,
                   const Arguments& more) {
  Arguments settings = {"--format", "npy"};
  settings.insert(settings.end(), more.begin(), more.end());
  Program program = run_command(model, folder / out, {"a.wav"}, settings);
  program.directory = folder.path();
  const ProgramEnd end = run(program);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return read_npy(folder / out + "/a.wav.npy");
}

TEST(Tokens, AreTheSamplesInEqualSteps) {
  const TemporaryFolder folder;
  const std::vector<float> samples = swings(5 * kWindow);
  write_audio(folder / "a.wav", kFloats, samples);
  for (const char* engine : {"processes", "threads"}) {
    const NpyFile vectors = vectors_of(folder, test_data("models/token_shares"), engine,
                                       {"--engine", engine, "--batch", "2"});
    ASSERT_EQ(vectors.numbers.size(), 5U * kVocabulary);
    for (std::size_t window = 0; window < 5; ++window) {
      const auto expected = shares(samples.data() + window * kWindow);
      for (std::size_t token = 0; token < kVocabulary; ++token) {
        ASSERT_NEAR(vectors.numbers[window * kVocabulary + token], expected[token], 1e-5)
            << "window " << window << ", token " << token;
      }
    }
  }
}

TEST(Encoder, OfEachLengthRunsFromOneFileAndAsWellFrozen) {
  const TemporaryFolder folder;
  write_audio(folder / "a.wav", kFloats, swings(3200));
  const std::string encoder = test_data("encoder");
  const NpyFile eight = vectors_of(folder, encoder + "/seq-8", "eight", {});
  EXPECT_THAT(eight.header, testing::HasSubstr("(400, 32"));
  const NpyFile frozen = vectors_of(folder, encoder + "/frozen/seq-8", "frozen", {});
  EXPECT_THAT(frozen.numbers, testing::Pointwise(testing::FloatNear(1e-5F), eight.numbers));
  EXPECT_NE(std::vector<float>(eight.numbers.begin(), eight.numbers.begin() + 32),
            std::vector<float>(eight.numbers.begin() + 32, eight.numbers.begin() + 64));
  const NpyFile longer = vectors_of(folder, encoder + "/seq-32", "longer", {});
  EXPECT_THAT(longer.header, testing::HasSubstr("(100, 32"));
}

TEST(Tokens, AreInspectedAndVerified) {
  const ProgramEnd end = run(rookery({"inspect", "--verify", test_data("models/token_shares")}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, testing::HasSubstr("16000 Hz, tokens"));
}

TEST(Tokens, PreparedAsTorchScriptAndCompiledGiveTheSameVectors) {
  const TemporaryFolder folder;
  for (const char* format : {"torchscript", "aoti"}) {
    const std::string prepared = folder / format;
    Arguments order = {"prepare", test_data("models/token_shares"), "--out", prepared, "--format",
                       format};
    if (std::string(format) == "aoti") order.insert(order.end(), {"--batch", "2"});
    const ProgramEnd end = run(rookery(order));
    ASSERT_EQ(end.exit_code, 0) << end.err;
    const ProgramEnd verified = run(rookery({"inspect", "--verify", prepared}));
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
  }
}

}  // namespace
}  // namespace rookery::e2e
