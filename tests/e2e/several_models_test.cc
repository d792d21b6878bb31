// Several models over the same recordings in one run, and ensembles of them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <filesystem>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;

class SeveralModels : public ::testing::Test {
 protected:
  // Longer than a block of decoding; at rates that are no model's; one that cannot be read.
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "in");
    write_audio(folder_ / "in/a.flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44'100, 2},
                dialled_digits(95, 44'100, 1));
    write_audio(folder_ / "in/b.mp3", {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 22'050, 1},
                dialled_digits(41, 22'050, 2));
    write_bytes(folder_ / "in/c.wav", "no audio");
  }

  ProgramEnd run_models(const Arguments& models, const std::string& out,
                        const Arguments& more = {}) const {
    Arguments arguments = {"run", "--out", folder_ / out, "--oversubscribe"};
    for (const std::string& model : models) {
      arguments.insert(arguments.end(), {"--model", model});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back(folder_ / "in");
    return run(rookery(arguments));
  }
  std::string file(const std::string& name) const { return read_bytes(folder_ / name); }

  TemporaryFolder folder_;
};

// So low that a model of speech gives rows for digits, too.
const Arguments kLowThreshold = {"--set", "postprocess.threshold=0.01",
                                 "--set", "postprocess.threshold_off=same",
                                 "--set", "postprocess.min_duration_seconds=0"};

TEST_F(SeveralModels, EachGiveTheBytesThatTheyGiveAlone) {
  const std::vector<std::pair<std::string, std::string>> models = {
      {"dtmf", dtmf_model()},
      {"dtmf-ctc", test_data("dtmf-ctc-model")},
      {"silero-vad-carry", test_data("silero-carry-model")}};
  const Arguments directories = {models[0].second, models[1].second, models[2].second};
  const std::vector<Arguments> ways = {
      {"--workers", "1"},
      {"--workers", "3", "--start", "spawn", "--set", "task_seconds=0.001"},
      {"--workers", "2", "--engine", "threads", "--set", "test_delay_ms=20"},
      {"--workers", "2", "--weights", "private", "--start", "spawn"},
      {"--workers", "3", "--set", "spread_models=true"},
      {"--workers", "1", "--engine", "threads", "--set", "spread_models=true"},
      {"--workers", "2", "--engine", "threads", "--set", "spread_models=true", "--set",
       "decode_ahead=true", "--set", "test_delay_ms=20"}};
  for (const auto& [name, directory] : models) {
    ASSERT_EQ(run_models({directory}, "alone-" + name, kLowThreshold).exit_code, 1);
    ASSERT_GT(lines_of(file("alone-" + name + "/detections.jsonl")).size(), 10U) << name;
  }
  for (std::size_t way = 0; way < ways.size(); ++way) {
    const std::string out = "together-" + std::to_string(way);
    Arguments words = ways[way];
    words.insert(words.end(), kLowThreshold.begin(), kLowThreshold.end());
    ASSERT_EQ(run_models(directories, out, words).exit_code, 1);
    for (const auto& [name, directory] : models) {
      for (const char* kind : {"detections.jsonl", "errors.jsonl"}) {
        const std::string together = fmt::format("{}/{}/{}", out, name, kind);
        const std::string alone = fmt::format("alone-{}/{}", name, kind);
        EXPECT_TRUE(file(together) == file(alone)) << together;
      }
    }
  }
}

TEST_F(SeveralModels, AreTakenUpAgainEachWhereItStands) {
  ASSERT_EQ(run_models({dtmf_model()}, "out/dtmf").exit_code, 1);
  const std::string before = file("out/dtmf/detections.jsonl");
  ASSERT_EQ(run_models({dtmf_model(), test_data("dtmf-ctc-model")}, "out").exit_code, 1);
  EXPECT_EQ(file("out/dtmf/detections.jsonl"), before);
  EXPECT_GT(lines_of(file("out/dtmf-ctc/detections.jsonl")).size(), 100U);
  const ProgramEnd which = run(rookery({"status", folder_ / "out"}));
  EXPECT_EQ(which.exit_code, 2);
  EXPECT_THAT(which.err, HasSubstr("name one of " + (folder_ / "out/dtmf") + ", "));
  const ProgramEnd again =
      run(rookery({"run", "--config", folder_ / "out/dtmf/run.yaml", "--oversubscribe"}));
  EXPECT_EQ(again.exit_code, 1) << "its own configuration names all of the run: " << again.err;
  EXPECT_THAT(again.err, HasSubstr("0 recordings done"));
}

TEST_F(SeveralModels, AreRefusedWhereTheyWouldMixResults) {
  ASSERT_EQ(run_models({dtmf_model()}, "out").exit_code, 1);
  const ProgramEnd mixed = run_models({dtmf_model(), test_data("dtmf-ctc-model")}, "out");
  EXPECT_EQ(mixed.exit_code, 2);
  EXPECT_THAT(mixed.err, HasSubstr("holds the results of one model"));
  const ProgramEnd twice = run_models({dtmf_model(), dtmf_model()}, "twice");
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("two models have the name dtmf"));
}

// What a row tells without its score.
std::vector<std::string> placed(const std::string& jsonl) {
  std::vector<std::string> rows;
  for (const std::string& line : lines_of(jsonl)) {
    rows.push_back(line.substr(0, line.find("\"score\"")));
  }
  return rows;
}

TEST_F(SeveralModels, AsAnEnsembleGiveTheMeanOfTheirScores) {
  const Arguments every_score = {"--set", "postprocess.threshold=0.0", "--set",
                                 "postprocess.merge=false"};
  ASSERT_EQ(run_models({dtmf_model()}, "alone", every_score).exit_code, 1);
  // The same recogniser, whose scores a sigmoid has bent.
  std::filesystem::copy(dtmf_model(), folder_.path() / "bent");
  std::string card = read_bytes(folder_ / "bent/model.yaml");
  card.replace(card.find("activation: none"), 16, "activation: sigmoid");
  write_bytes(folder_ / "bent/model.yaml", card);
  Arguments together = every_score;
  together.emplace_back("--ensemble");
  ASSERT_EQ(run_models({dtmf_model(), folder_ / "bent"}, "both", together).exit_code, 1);

  const auto alone = json_lines(folder_ / "alone/detections.jsonl");
  const auto both = json_lines(folder_ / "both/detections.jsonl");
  ASSERT_EQ(placed(file("both/detections.jsonl")), placed(file("alone/detections.jsonl")));
  for (std::size_t row = 0; row < both.size(); ++row) {
    const double score = alone[row]["score"].get<double>();
    const double mean = (score + 1 / (1 + std::exp(-score))) / 2;
    ASSERT_NEAR(both[row]["score"].get<double>(), mean, 2e-4) << alone[row];
  }
  const ProgramEnd other = run_models({dtmf_model()}, "both", every_score);
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("ensemble.2."));
}

TEST_F(SeveralModels, ThatDoNotFitAreNoEnsemble) {
  const ProgramEnd labels = run_models({dtmf_model(), silero_model()}, "out", {"--ensemble"});
  EXPECT_EQ(labels.exit_code, 2);
  EXPECT_THAT(labels.err, HasSubstr("cannot be in an ensemble: it gives another type of output"));
  const ProgramEnd single = run_models({dtmf_model()}, "out", {"--ensemble"});
  EXPECT_EQ(single.exit_code, 2);
  EXPECT_THAT(single.err, HasSubstr("one model alone is given"));
  const ProgramEnd spread = run_models({dtmf_model(), dtmf_model()}, "out",
                                       {"--ensemble", "--set", "spread_models=true"});
  EXPECT_EQ(spread.exit_code, 2);
  EXPECT_THAT(spread.err, HasSubstr("spread_models: true is not allowed with ensemble: true"));
}

}  // namespace
}  // namespace rookery::e2e
