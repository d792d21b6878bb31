// rookery prepare writes a model directory that inspects, verifies and runs, or nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Prepare : public ::testing::Test {
 protected:
  static ProgramEnd prepare(const std::string& model, const std::string& out,
                            const Arguments& more = {}) {
    Arguments arguments = {"prepare", model, "--out", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(rookery(arguments));
  }
  static ProgramEnd verify(const std::string& model) {
    return run(rookery({"inspect", model, "--verify"}));
  }

  const TemporaryFolder folder_;
};

TEST_F(Prepare, WritesADirectoryThatInspectsVerifiesAndRuns) {
  write_digits(folder_ / "a.wav", 3);
  const std::string prepared = folder_ / "prepared";
  const ProgramEnd end = prepare(dtmf_model(), prepared, {"--probe", folder_ / "a.wav"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, HasSubstr("freeze"));

  const ProgramEnd inspected = verify(prepared);
  EXPECT_EQ(inspected.exit_code, 0) << inspected.err;
  for (const char* part : {"prepared", "sha256", "of 1 recording", "verified"}) {
    EXPECT_THAT(inspected.out, HasSubstr(part));
  }
  ASSERT_EQ(run(run_command(dtmf_model(), folder_ / "one", {folder_ / "a.wav"})).exit_code, 0);
  ASSERT_EQ(run(run_command(prepared, folder_ / "other", {folder_ / "a.wav"})).exit_code, 0);
  const auto one = json_lines(folder_ / "one/detections.jsonl");
  const auto other = json_lines(folder_ / "other/detections.jsonl");
  ASSERT_FALSE(one.empty());
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i]["label"], other[i]["label"]);
    EXPECT_EQ(one[i]["start"], other[i]["start"]);
  }
}

TEST_F(Prepare, OfAPreparedModelNamesTheOneItCameFrom) {
  ASSERT_EQ(prepare(dtmf_model(), folder_ / "once").exit_code, 0);
  const ProgramEnd end = prepare(folder_ / "once", folder_ / "twice", {"--precision", "bf16"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, HasSubstr("quiet noise"));
  EXPECT_EQ(verify(folder_ / "twice").exit_code, 0);
}

TEST_F(Prepare, TakesModelsThatCarryStateOrTakeLengths) {
  write_digits(folder_ / "a.wav", 25);
  for (const char* model : {"silero-carry-model", "models/heard_levels"}) {
    const std::string prepared = folder_ / std::filesystem::path(model).filename();
    const ProgramEnd end = prepare(test_data(model), prepared, {"--probe", folder_ / "a.wav"});
    ASSERT_EQ(end.exit_code, 0) << end.err;
    EXPECT_EQ(verify(prepared).exit_code, 0);
    EXPECT_EQ(run(run_command(prepared, folder_ / "out", {folder_ / "a.wav"})).exit_code, 0);
    fs::remove_all(folder_ / "out");
  }
}

TEST_F(Prepare, LeavesNothingWhenTheModelIsRefused) {
  fs::create_directory(folder_ / "here");
  const ProgramEnd end = prepare(test_data("models/throws"), folder_ / "here/prepared");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("throws on an input"));
  EXPECT_TRUE(fs::is_empty(folder_ / "here"));
}

TEST_F(Prepare, RefusesWhatIsWrongOnTheCommandLine) {
  fs::create_directory(folder_ / "there");
  EXPECT_EQ(prepare(dtmf_model(), folder_ / "there").exit_code, 2);
  EXPECT_EQ(prepare(dtmf_model(), folder_ / "x", {"--precision", "int4"}).exit_code, 2);
  EXPECT_EQ(prepare(dtmf_model(), folder_ / "x", {"--batch", "4"}).exit_code, 2);
  const ProgramEnd end = prepare(dtmf_model(), folder_ / "x", {"--probe", folder_ / "none.wav"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("none.wav"));
  EXPECT_FALSE(fs::exists(folder_ / "x"));
}

TEST_F(Prepare, VerifyTellsAModelThatIsNotTheReferences) {
  const std::string prepared = folder_ / "prepared";
  ASSERT_EQ(prepare(dtmf_model(), prepared).exit_code, 0);
  std::string card = read_bytes(prepared + "/model.yaml");
  const std::string activation = "activation: ";
  const auto at = card.find(activation);
  ASSERT_NE(at, std::string::npos);
  const auto end_of_word = card.find_first_of(",}\n", at);
  card.replace(at, end_of_word - at, activation + "softmax");
  write_bytes(prepared + "/model.yaml", card);
  const ProgramEnd end = verify(prepared);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("differ from the reference"));
}

TEST_F(Prepare, VerifyNeedsAReference) {
  const ProgramEnd end = verify(test_data("models/levels"));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("reference.pt"));
}

}  // namespace
}  // namespace rookery::e2e
