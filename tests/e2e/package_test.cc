// A compiled package gives what its model gives, in the same bytes however it is hosted, from one
// copy of its weights; what it was not compiled for is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <tuple>

#include "tests/e2e/npy_file.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Of a fixed batch; with carried state; with lengths. Each is compiled once, as test data.
const std::vector<std::string> kModels = {"channels_last", "running_levels", "heard_levels"};

std::string package(const std::string& model) { return test_data("packages/" + model); }

Arguments together(Arguments one, const Arguments& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

// Every score: rows of tags, arrays of frames.
Arguments keeping_all(const std::string& model) {
  if (model != "running_levels") {
    return {"--set", "postprocess.threshold=0", "--set", "postprocess.merge=false"};
  }
  return {"--format", "jsonl,npy", "--set", "postprocess.keep_frames=true"};
}

class Recordings {
 public:
  Recordings() {
    fs::create_directory(folder_ / "in");
    write_digits(folder_ / "in/a.wav", 7.3, 1);
    write_digits(folder_ / "in/b.wav", 1.1, 2);
  }

  // Runs the model over both; where the results are.
  std::string run_over(const std::string& directory, const std::string& out,
                       const Arguments& settings) const {
    const ProgramEnd end = run(run_command(directory, folder_ / out, {folder_ / "in"}, settings));
    EXPECT_EQ(end.exit_code, 0) << end.err;
    return folder_ / out;
  }

 private:
  const TemporaryFolder folder_;
};

std::vector<float> scores_in(const std::string& out, const std::string& model) {
  std::vector<float> scores;
  if (model == "running_levels") {
    for (const char* name : {"/in/a.wav.npy", "/in/b.wav.npy"}) {
      const std::vector<float> frames = read_npy(out + name).numbers;
      scores.insert(scores.end(), frames.begin(), frames.end());
    }
  } else {
    for (const auto& row : json_lines(out + "/detections.jsonl")) scores.push_back(row["score"]);
  }
  return scores;
}

void expect_scores_of(const std::string& prepared, const std::string& model,
                      const Arguments& settings = {}) {
  const Recordings recordings;
  const Arguments all = together(keeping_all(model), settings);
  const auto expected =
      scores_in(recordings.run_over(test_data("models/" + model), "pt", all), model);
  const auto scores = scores_in(recordings.run_over(prepared, "pt2", all), model);
  EXPECT_GT(expected.size(), 20U);
  ASSERT_EQ(scores.size(), expected.size());
  // Rows have four decimals.
  for (std::size_t i = 0; i < scores.size(); ++i) ASSERT_NEAR(scores[i], expected[i], 1.1e-4) << i;
}

class Package : public ::testing::TestWithParam<std::string> {};

TEST_P(Package, GivesWhatItsModelGives) { expect_scores_of(package(GetParam()), GetParam()); }

TEST_P(Package, VerifiesAgainstItsModelsReference) {
  const ProgramEnd end = run(rookery({"inspect", package(GetParam()), "--verify"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, HasSubstr("verified"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, Package, ::testing::ValuesIn(kModels),
                         [](const auto& instance) { return instance.param; });

class HostedPackage : public ::testing::TestWithParam<std::tuple<std::string, Arguments>> {};

TEST_P(HostedPackage, GivesTheSameBytesAsOneWorkerWithWeightsOfItsOwn) {
  const auto& [model, hosted] = GetParam();
  const Recordings recordings;
  const Arguments all = keeping_all(model);
  const std::string one = recordings.run_over(
      package(model), "one", together(all, {"--workers", "1", "--weights", "private"}));
  const std::string other = recordings.run_over(package(model), "other", together(all, hosted));
  EXPECT_NE(detections(one), "");
  EXPECT_EQ(detections(one), detections(other));
  EXPECT_EQ(scores_in(one, model), scores_in(other, model));
}

INSTANTIATE_TEST_SUITE_P(FixedBatch, HostedPackage,
                         ::testing::Combine(::testing::Values("channels_last"),
                                            ::testing::Values(Arguments{"--start", "fork"},
                                                              Arguments{"--start", "spawn"},
                                                              Arguments{"--engine", "threads"},
                                                              Arguments{"--weights", "private"})));
INSTANTIATE_TEST_SUITE_P(StateOrLengths, HostedPackage,
                         ::testing::Combine(::testing::Values("running_levels", "heard_levels"),
                                            ::testing::Values(Arguments{"--start", "spawn"},
                                                              Arguments{"--engine", "threads"})));

class Compiled : public ::testing::Test {
 protected:
  ProgramEnd prepare(const std::string& model, const Arguments& more = {}) const {
    return run(prepare_program(model, more));
  }
  Program prepare_program(const std::string& model, const Arguments& more = {}) const {
    return rookery(together(
        {"prepare", test_data("models/" + model), "--out", out(), "--format", "aoti"}, more));
  }
  std::string out() const { return folder_ / "out"; }

 private:
  const TemporaryFolder folder_;
};

TEST_F(Compiled, ForAnyNumberOfRowsAModelWithLengthsRunsInEveryBatchSize) {
  const ProgramEnd end = prepare("heard_levels", {"--batch", "0"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(run(rookery({"inspect", out(), "--verify"})).exit_code, 0);
  for (const char* size : {"1", "7"}) expect_scores_of(out(), "heard_levels", {"--batch", size});
}

TEST_F(Compiled, AModelThatCarriesStateGoesOnFromSegmentToSegment) {
  const ProgramEnd end = prepare("running_levels");
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(read_bytes(out() + "/model.yaml"), HasSubstr("format: aoti"));
  EXPECT_EQ(run(rookery({"inspect", out(), "--verify"})).exit_code, 0);
  expect_scores_of(out(), "running_levels");
}

TEST_F(Compiled, AModelThatCarriesStateHasBatchesOfOne) {
  const ProgramEnd end = prepare("running_levels", {"--batch", "3"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, AllOf(HasSubstr("--batch 3"), HasSubstr("state")));
  EXPECT_FALSE(fs::exists(out()));
}

TEST_F(Compiled, APackageIsNotPreparedAgain) {
  const ProgramEnd end =
      run(rookery({"prepare", package("channels_last"), "--out", out(), "--format", "aoti"}));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("is compiled already"));
}

TEST_F(Compiled, WhatPyTorchCannotConvertIsRefusedNamingTheExportScript) {
  const ProgramEnd end = prepare("starts_threads");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, AllOf(HasSubstr("cannot convert"), HasSubstr("make_tagger.py")));
  EXPECT_FALSE(fs::exists(out()));
}

TEST_F(Compiled, ItNeedsPython) {
  Program program = prepare_program("channels_last");
  program.environment["ROOKERY_PYTHON"] = "/no/such/python";
  const ProgramEnd end = run(program);
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("Python 3"));
  EXPECT_FALSE(fs::exists(out()));
}

TEST_F(Compiled, ItNeedsACompiler) {
  Program program = prepare_program("channels_last");
  program.environment["PATH"] = "/no/such/folder";
  const ProgramEnd end = run(program);
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("C++ compiler"));
  EXPECT_FALSE(fs::exists(out()));
}

// A package with a part of its files changed.
class Changed : public ::testing::Test {
 protected:
  ProgramEnd run_changed(const std::string& model, const std::string& file, const std::string& what,
                         const std::string& by) const {
    fs::copy(package(model), folder_ / "model", fs::copy_options::recursive);
    std::string text = read_bytes(folder_ / ("model/" + file));
    text.replace(text.find(what), what.size(), by);
    write_bytes(folder_ / ("model/" + file), text);
    write_digits(folder_ / "a.wav", 1);
    return run(run_command(folder_ / "model", folder_ / "out", {folder_ / "a.wav"}));
  }

 private:
  const TemporaryFolder folder_;
};

constexpr const char* kFacts = "model.pt2/rookery.json";

TEST_F(Changed, ForAnotherProcessorItIsRefusedBeforeAnyRecording) {
  const std::string key = "\"cpu_features\": [";
  const ProgramEnd end = run_changed("channels_last", kFacts, key, key + "\"avx4096\", ");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("lacks avx4096"));
}

TEST_F(Changed, ForAnotherLibTorchItIsRefusedBeforeAnyRecording) {
  const std::string key = R"("libtorch": ")";
  const ProgramEnd end = run_changed("channels_last", kFacts, key, key + "1");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("was compiled for LibTorch 1"));
}

TEST_F(Changed, WithACardThatSaysNothingOfItsLengthsItIsRefused) {
  const ProgramEnd end = run_changed("heard_levels", "model.yaml", "lengths: true\n", "");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("compiled for an input, lengths"));
}

TEST_F(Changed, WithACardThatAsksForAStateItDoesNotHaveItIsRefused) {
  const ProgramEnd end = run_changed("heard_levels", "model.yaml", "state: none", "state: carry");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("carries no state"));
}

}  // namespace
}  // namespace rookery::e2e
