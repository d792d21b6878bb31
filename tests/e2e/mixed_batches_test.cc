// batch.mix: recordings share batches, and what comes of each is what it gives alone, to 1e-5.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "tests/e2e/npy_file.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;

constexpr int kRecordings = 30;

// Rows tell scores to 4 decimals: two that agree to 1e-5 may be rounded apart.
constexpr double kRowTolerance = 1.01e-4;

const Arguments kEveryScore = {"--set", "postprocess.threshold=-1000000", "--set",
                               "postprocess.merge=false"};

// Of 1 to 20 windows: less than a batch, a batch, more.
std::string name_of(int index) { return fmt::format("{:02}.wav", index); }
double seconds_of(int index) { return 0.1 + 0.1 * (index * 7 % 20) + 0.03 * (index % 2); }

class MixedBatches : public ::testing::TestWithParam<Arguments> {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "in");
    for (int index = 0; index < kRecordings; ++index) {
      write_digits(folder_ / ("in/" + name_of(index)), seconds_of(index),
                   static_cast<std::uint32_t>(index));
    }
  }

  // One that opens and cannot be read.
  void spoil(int index) const {
    std::vector<float> samples = dialled_digits(0.35, 8000, 1);
    samples[1000] = std::numeric_limits<float>::quiet_NaN();
    write_audio(folder_ / ("in/" + name_of(index)), {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 8000, 1},
                samples);
  }

  ProgramEnd run_into(const std::string& out, const std::string& model, bool mixed,
                      const Arguments& more = {}) const {
    Arguments words = GetParam();
    words.insert(words.end(), {"--oversubscribe", "--set", "batch.mix=" + fmt::to_string(mixed)});
    words.insert(words.end(), more.begin(), more.end());
    return run(run_command(model, folder_ / out, {folder_ / "in"}, words));
  }

  void expect_same_rows(const std::string& out, const std::string& expected_out) const {
    const auto rows = json_lines(folder_ / (out + "/detections.jsonl"));
    const auto expected = json_lines(folder_ / (expected_out + "/detections.jsonl"));
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (const char* key : {"recording", "start", "end", "label"}) {
        ASSERT_EQ(rows[i][key], expected[i][key]) << expected[i];
      }
      ASSERT_NEAR(rows[i]["score"].get<double>(), expected[i]["score"].get<double>(), kRowTolerance)
          << expected[i];
    }
  }

  TemporaryFolder folder_;
};

TEST_P(MixedBatches, GiveTheRowsOfUnmixedOnesAndOneThatCannotBeReadFailsAlone) {
  spoil(11);
  ASSERT_EQ(run_into("apart", dtmf_model(), false, kEveryScore).exit_code, 1);
  const ProgramEnd end = run_into("mixed", dtmf_model(), true, kEveryScore);
  ASSERT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.err, HasSubstr("scores agree to 1e-5, not to the byte"));
  EXPECT_GT(lines_of(detections(folder_ / "apart")).size(), 1000U);
  expect_same_rows("mixed", "apart");
  const auto errors = json_lines(folder_ / "mixed/errors.jsonl");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0].dump(), HasSubstr(name_of(11)));
  EXPECT_THAT(read_bytes(folder_ / "mixed/run.yaml"), HasSubstr("mix: true"));
  EXPECT_THAT(read_bytes(folder_ / "mixed/summary.json"), HasSubstr("\"batch.mix\": \"true\""));
}

TEST_P(MixedBatches, GiveTheVectorsOfUnmixedOnesTo1e5) {
  const std::string model = test_data("dtmf-embedding-model");
  ASSERT_EQ(run_into("apart", model, false, {"--format", "npy"}).exit_code, 0);
  ASSERT_EQ(run_into("mixed", model, true, {"--format", "npy"}).exit_code, 0);
  std::size_t numbers = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "apart")) {
    if (entry.path().extension() != ".npy") continue;
    const auto name = std::filesystem::relative(entry.path(), folder_ / "apart");
    const NpyFile apart = read_npy(entry.path());
    const NpyFile mixed = read_npy(folder_.path() / "mixed" / name);
    ASSERT_EQ(mixed.header, apart.header);
    for (std::size_t i = 0; i < apart.numbers.size(); ++i) {
      ASSERT_NEAR(mixed.numbers[i], apart.numbers[i], 1e-5) << name;
    }
    numbers += apart.numbers.size();
  }
  EXPECT_GT(numbers, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Hosted, MixedBatches,
                         ::testing::Values(Arguments{"--workers", "1"}, Arguments{"--workers", "3"},
                                           Arguments{"--engine", "threads", "--workers", "3"}));

TEST(MixedBatchesRefused, WithAStateAndInAFolderOfUnmixedOnes) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 1);
  const Arguments mixed = {"--set", "batch.mix=true"};
  const ProgramEnd state = run(
      run_command(test_data("silero-carry-model"), folder / "state", {folder / "a.wav"}, mixed));
  EXPECT_EQ(state.exit_code, 2);
  EXPECT_THAT(state.err, HasSubstr("batch.mix: true is not allowed; this model carries state"));
  ASSERT_EQ(run(run_command(dtmf_model(), folder / "out", {folder / "a.wav"})).exit_code, 0);
  const ProgramEnd other =
      run(run_command(dtmf_model(), folder / "out", {folder / "a.wav"}, mixed));
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("batch.mix was false when the output folder was begun"));
}

}  // namespace
}  // namespace rookery::e2e
