// What is refused before any recording is touched: bad models (exit 3) and bad settings (exit 2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <ostream>
#include <stdexcept>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// One complaint: no second guess, no backtrace.
void expect_one_clear_error(const ProgramEnd& end) {
  EXPECT_EQ(count_of(end.err, "rookery: "), 1U) << end.err;
  EXPECT_LE(lines_of(end.err).size(), 12U) << end.err;
  EXPECT_EQ(end.out, "");
}

void expect_nothing_written(const std::string& out) {
  for (const char* name : {"/detections.jsonl", "/errors.jsonl", "/summary.json", "/run.yaml"}) {
    EXPECT_FALSE(fs::exists(out + name)) << name;
  }
}

void replace_in_file(const std::string& path, const std::string& what, const std::string& by) {
  std::string text = read_bytes(path);
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::runtime_error(path + " has no " + what);
  write_bytes(path, text.replace(at, what.size(), by));
}

struct BadModel {
  const char* name;
  std::vector<const char*> told;  // parts of the complaint
  std::function<void(const std::string& directory)> spoil;

  friend void PrintTo(const BadModel& model, std::ostream* out) { *out << model.name; }
};

std::function<void(const std::string&)> with_card(const char* what, const char* by) {
  return
      [=](const std::string& directory) { replace_in_file(directory + "/model.yaml", what, by); };
}

const std::vector<BadModel> kBadModels = {
    {"NoDirectory", {"model"}, [](const std::string& directory) { fs::remove_all(directory); }},
    {"NoModelFile",
     {"model.pt"},
     [](const auto& directory) { fs::remove(directory + "/model.pt"); }},
    {"NotTorchScript",
     {"model.pt"},
     [](const auto& directory) { write_bytes(directory + "/model.pt", "no model\n"); }},
    {"TruncatedTorchScript",
     {"model.pt"},
     [](const auto& directory) { fs::resize_file(directory + "/model.pt", 9000); }},
    {"OtherInputShape",
     {"model.pt", "shape"},
     with_card("{type: waveform}", "{type: log_mel, n_fft: 256, hop: 80, n_mels: 16}")},
    {"ThrowsInForward",
     {"model.pt", "shape [", ", 160]"},
     with_card("{window: 0.1, hop: 0.1", "{window: 0.02, hop: 0.02")},
    {"FewerLabelsThanOutputs",
     {"15", "16"},
     [](const auto& directory) { replace_in_file(directory + "/labels.txt", "D\n", ""); }},
    {"OtherOutputType", {"frames", "output.type"}, with_card("type: tags", "type: frames")},
    {"UnknownKeyInCard", {"model.yaml", "fram", "frame"}, with_card("state: none", "fram: 1")},
};

class BadModels : public ::testing::TestWithParam<BadModel> {};

TEST_P(BadModels, AreOneClearErrorBeforeAnyRecordingIsTouched) {
  const TemporaryFolder folder;
  const std::string model = folder / "model";
  fs::copy(dtmf_model(), model, fs::copy_options::recursive);
  GetParam().spoil(model);
  write_digits(folder / "a.wav", 1);
  const ProgramEnd end = run(run_command(model, folder / "out", {folder / "a.wav"}));
  EXPECT_EQ(end.exit_code, 3);
  expect_one_clear_error(end);
  expect_nothing_written(folder / "out");
  for (const char* part : GetParam().told) EXPECT_THAT(end.err, HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(All, BadModels, ::testing::ValuesIn(kBadModels),
                         [](const auto& instance) { return instance.param.name; });

// Of `model`, changed in a folder of its own.
ProgramEnd run_spoilt(const std::string& model, const TemporaryFolder& folder,
                      const std::function<void(const std::string& directory)>& spoil) {
  fs::copy(model, folder / "model", fs::copy_options::recursive);
  spoil(folder / "model");
  write_digits(folder / "a.wav", 1);
  return run(run_command(folder / "model", folder / "out", {folder / "a.wav"}));
}

class BadVocabulary : public ::testing::TestWithParam<std::string> {};

TEST_P(BadVocabulary, OfAnotherSizeIsOneClearErrorWithBothSizes) {
  const TemporaryFolder folder;
  const std::string model = test_data("dtmf-ctc-model");
  const auto tokens = lines_of(read_bytes(model + "/labels.txt"));
  const ProgramEnd end = run_spoilt(model, folder, [&](const std::string& directory) {
    replace_in_file(directory + "/labels.txt", "D\n", GetParam());
  });
  EXPECT_EQ(end.exit_code, 3);
  expect_one_clear_error(end);
  expect_nothing_written(folder / "out");
  const std::size_t given = tokens.size() + count_of(GetParam(), "\n") - 1;
  EXPECT_THAT(end.err, HasSubstr(std::to_string(tokens.size())));
  EXPECT_THAT(end.err, HasSubstr(std::to_string(given)));
}

INSTANTIATE_TEST_SUITE_P(Sizes, BadVocabulary, ::testing::Values("", "D\nE\n"),
                         [](const auto& instance) {
                           return instance.param.empty() ? "TooSmall" : "TooLarge";
                         });

TEST(VocabularyWithoutTheBlank, IsOneClearErrorThatNamesTheToken) {
  const TemporaryFolder folder;
  const ProgramEnd end =
      run_spoilt(test_data("dtmf-ctc-model"), folder, with_card("blank: ", "blank: x"));
  EXPECT_EQ(end.exit_code, 3);
  expect_one_clear_error(end);
  EXPECT_THAT(end.err, HasSubstr("the vocabulary has no token"));
}

TEST(ModelThatGivesNan, IsOneClearErrorBeforeAnyRecordingIsTouched) {
  const TemporaryFolder folder;
  const ProgramEnd end =
      run_spoilt(test_data("models/gives_nan"), folder, [](const std::string&) {});
  EXPECT_EQ(end.exit_code, 3);
  expect_one_clear_error(end);
  expect_nothing_written(folder / "out");
  EXPECT_THAT(end.err, HasSubstr("NaN"));
}

struct BadSetting {
  const char* name;
  Arguments words;
  std::vector<const char*> told;  // key, value, what is allowed

  friend void PrintTo(const BadSetting& setting, std::ostream* out) { *out << setting.name; }
};

const std::vector<BadSetting> kBadSettings = {
    {"UnknownKey", {"--set", "thresold=0.5"}, {"thresold", "threshold"}},
    {"UnknownNestedKey",
     {"--set", "postprocess.thresold=0.5"},
     {"postprocess.thresold", "postprocess.threshold"}},
    {"ValueOutOfRange", {"--set", "batch.size=0"}, {"batch.size", "0", "1 to 4096"}},
    {"NoNumber",
     {"--set", "postprocess.threshold=high"},
     {"postprocess.threshold", "high", "a number"}},
    {"NoAssignment", {"--set", "engine"}, {"engine", "key=value"}},
    {"UnknownChoice", {"--engine", "fibers"}, {"engine", "fibers", "processes or threads"}},
    {"ReservedValue", {"--weights", "per-node"}, {"weights", "per-node"}},
    {"UnknownAllocator", {"--allocator", "malloc9"}, {"allocator", "malloc9", "jemalloc"}},
    {"UnknownFormat", {"--format", "jsonl,xml"}, {"formats", "xml", "csv"}},
    {"UnknownLabel", {"--set", "postprocess.label_thresholds={E: 0.5}"}, {"label_thresholds", "E"}},
    {"MoreWorkersThanCores", {"--workers", "4096"}, {"4096", "oversubscribe"}},
};

class BadSettings : public ::testing::TestWithParam<BadSetting> {};

TEST_P(BadSettings, AreNamedWithKeyValueAndWhatIsAllowed) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 1);
  const ProgramEnd end =
      run(run_command(dtmf_model(), folder / "out", {folder / "a.wav"}, GetParam().words));
  EXPECT_EQ(end.exit_code, 2);
  expect_one_clear_error(end);
  EXPECT_FALSE(fs::exists(folder / "out"));
  for (const char* part : GetParam().told) EXPECT_THAT(end.err, HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(All, BadSettings, ::testing::ValuesIn(kBadSettings),
                         [](const auto& instance) { return instance.param.name; });

TEST(BadConfigFile, IsNamedWithKeyValueAndWhatIsAllowed) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 1);
  write_bytes(folder / "c.yaml", "workers: 2\npostprocess:\n  top_k: -3\n");
  const ProgramEnd end = run(run_command(dtmf_model(), folder / "out", {folder / "a.wav"},
                                         {"--config", folder / "c.yaml"}));
  EXPECT_EQ(end.exit_code, 2);
  for (const char* part : {"c.yaml", "postprocess.top_k", "-3", "0 to 100000"}) {
    EXPECT_THAT(end.err, HasSubstr(part));
  }
  EXPECT_FALSE(fs::exists(folder / "out"));
}

TEST(BadCommandLine, IsExitTwoAndSaysWhatIsMissing) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 1);
  const auto expect_refusal = [](const Arguments& arguments, const char* told) {
    const ProgramEnd end = run(rookery(arguments));
    EXPECT_EQ(end.exit_code, 2) << told;
    EXPECT_THAT(end.err, HasSubstr(told));
  };
  expect_refusal({"run", "--out", folder / "out", folder / "a.wav"}, "model");
  expect_refusal({"run", "--model", dtmf_model(), folder / "a.wav"}, "out");
  expect_refusal({"run", "--model", dtmf_model(), "--out", folder / "out"}, "input");
  expect_refusal({"run", "--model", dtmf_model(), "--out", folder / "out", "/no/such.wav"},
                 "/no/such.wav");
  expect_refusal({"run", "--model", dtmf_model(), "--out", folder / "out", folder / "*.flac"},
                 "*.flac");
  expect_refusal({"run", "--modle", dtmf_model()}, "--modle");
  expect_refusal({}, "");
  EXPECT_FALSE(fs::exists(folder / "out"));
}

}  // namespace
}  // namespace rookery::e2e
