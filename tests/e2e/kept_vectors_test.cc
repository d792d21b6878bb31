// Vectors from a model to the arrays that are exported.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "tests/e2e/npy_file.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

NpyFile exported(const std::string& model, const std::string& recording,
                 const Arguments& settings) {
  const TemporaryFolder folder;
  const std::string out = folder / "out";
  Program program =
      run_command(model, out, {std::filesystem::path(recording).filename()}, settings);
  program.directory = std::filesystem::path(recording).parent_path();
  const ProgramEnd end = run(program);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return read_npy(out + "/" + std::filesystem::path(recording).filename().string() + ".npy");
}

TEST(KeptFrames, AreTheProbabilitiesThatThePackageItselfGives) {
  const NpyFile frames =
      exported(test_data("silero-carry-model"), test_data("speech-16k/recordings/speech.wav"),
               {"--format", "npy", "--set", "postprocess.keep_frames=true"});
  const auto expected = floats_of(read_bytes(test_data("silero-package.f32")));
  EXPECT_THAT(frames.header, HasSubstr("(" + std::to_string(expected.size()) + ", 1"));
  ASSERT_EQ(frames.numbers.size(), expected.size());
  for (std::size_t frame = 0; frame < expected.size(); ++frame) {
    ASSERT_NEAR(frames.numbers[frame], expected[frame], 1e-5) << "frame " << frame;
  }
}

TEST(Embeddings, AreOneVectorASegmentWhateverTheWorkers) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 5);
  const auto vectors_with = [&](const char* workers) {
    return exported(test_data("dtmf-embedding-model"), folder / "a.wav",
                    {"--format", "npy", "--workers", workers, "--oversubscribe"});
  };
  const NpyFile vectors = vectors_with("1");
  EXPECT_THAT(vectors.header, HasSubstr("(50, 16"));
  EXPECT_EQ(vectors.numbers.size(), 800U);
  EXPECT_THAT(vectors.numbers, Each(testing::AllOf(testing::Ge(0), testing::Le(1))));
  EXPECT_EQ(vectors_with("3").numbers, vectors.numbers);
}

}  // namespace
}  // namespace rookery::e2e
