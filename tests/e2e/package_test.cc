// A compiled package gives the same bytes however it is hosted, from one copy of its weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;

// Compiled once: it takes half a minute.
const std::string& package() {
  static const TemporaryFolder kFolder;
  static const std::string kPath = kFolder / "package";
  if (!std::filesystem::exists(kPath)) {
    const ProgramEnd end = run(rookery({"prepare", test_data("models/channels_last"), "--out",
                                        kPath, "--format", "aoti", "--batch", "3"}));
    if (end.exit_code != 0) throw std::runtime_error(end.err);
  }
  return kPath;
}

class Package : public ::testing::TestWithParam<Arguments> {
 protected:
  const TemporaryFolder folder_;
};

TEST_P(Package, GivesTheSameBytesAsOneWorkerWithWeightsOfItsOwn) {
  write_digits(folder_ / "a.wav", 7.3, 1);
  write_digits(folder_ / "b.wav", 1.1, 2);
  const Arguments inputs = {folder_ / "a.wav", folder_ / "b.wav"};
  const Arguments all = {"--set", "postprocess.threshold=0", "--set", "postprocess.merge=false"};
  Arguments alone = {"--workers", "1", "--weights", "private"};
  alone.insert(alone.end(), all.begin(), all.end());
  ASSERT_EQ(run(run_command(package(), folder_ / "one", inputs, alone)).exit_code, 0);
  Arguments other = GetParam();
  other.insert(other.end(), all.begin(), all.end());
  const ProgramEnd end = run(run_command(package(), folder_ / "other", inputs, other));
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_NE(detections(folder_ / "one"), "");
  EXPECT_EQ(detections(folder_ / "one"), detections(folder_ / "other"));
}

INSTANTIATE_TEST_SUITE_P(Hosted, Package,
                         ::testing::Values(Arguments{"--start", "fork"},
                                           Arguments{"--start", "spawn"},
                                           Arguments{"--engine", "threads"},
                                           Arguments{"--weights", "private"}));

TEST(Packages, VerifyAgainstTheOriginalsScores) {
  const ProgramEnd end = run(rookery({"inspect", package(), "--verify"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, HasSubstr("verified"));
}

TEST(Packages, OfAnotherProcessorAreRefusedBeforeAnyRecording) {
  const TemporaryFolder folder;
  std::filesystem::copy(package(), folder / "other", std::filesystem::copy_options::recursive);
  const std::string facts = folder / "other/model.pt2/rookery.json";
  std::string text = read_bytes(facts);
  const std::string key = "\"cpu_features\": [";
  text.insert(text.find(key) + key.size(), "\"avx4096\", ");
  write_bytes(facts, text);
  write_digits(folder / "a.wav", 1);
  const ProgramEnd end = run(run_command(folder / "other", folder / "out", {folder / "a.wav"}));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("lacks avx4096"));
}

TEST(Packages, NeedPython) {
  const TemporaryFolder folder;
  Program program = rookery(
      {"prepare", test_data("models/channels_last"), "--out", folder / "out", "--format", "aoti"});
  program.environment["ROOKERY_PYTHON"] = "/no/such/python";
  const ProgramEnd end = run(program);
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("Python 3"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

}  // namespace
}  // namespace rookery::e2e
