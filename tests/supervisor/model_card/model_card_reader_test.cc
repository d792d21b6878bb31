#include "supervisor/model_card/model_card_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "supervisor/config/config_file.h"
#include "supervisor/model_card/card_labels.h"
#include "tests/supervisor/model_card/model_card_fixture.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kLogMelCard = R"(name: birds
file: net.pt
sample_rate: 32000
frame: 320
segment: {window: 5.0, hop: 2.5, context: {left: 0.5, right: 0.25}, tail: pad}
state: none
front_end: {type: log_mel, n_fft: 1024, win: 800, hop: 320, n_mels: 64, f_min: 50, f_max: 14000,
            mel: htk, norm: none, power: 1, log: db, floor: 1e-8, reference: 2.0, top_db: 80,
            center: false, pad_mode: zero, frames: 500, layout: bmt}
output: {type: frames, activation: softmax}
labels: names.txt
postprocess: {threshold: 0.25, label_thresholds: {wren: 0.75}, min_gap_seconds: 1}
)";

TEST_F(ModelCardReader, FillsInDefaults) {
  const Result<LoadedCard> loaded = read(kDtmfCard);
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  ModelCard expected;
  expected.name = "dtmf";
  expected.directory = folder_.path().string();
  expected.file = folder_ / "model.pt";
  expected.geometry = {8000, 800, 800, 0, 0, 1, Tail::kShift};
  expected.activation = Activation::kNone;
  expected.labels = {"0", "1"};
  EXPECT_EQ(loaded->card, expected);
  EXPECT_EQ(loaded->config_yaml, "");
}

TEST_F(ModelCardReader, ReadsTokens) {
  std::string card = kDtmfCard;
  const Result<LoadedCard> loaded =
      read(card.replace(card.find("waveform"), 8, "tokens, vocabulary: 30522"));
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  EXPECT_EQ(loaded->card.front_end.type, FrontEndType::kTokens);
  EXPECT_EQ(loaded->card.front_end.vocabulary, 30522);
}

TEST_F(ModelCardReader, TakesABatchAsADefaultOfTheConfiguration) {
  const Result<LoadedCard> loaded = read(std::string(kDtmfCard) + "batch: 4\ntolerance: 0.02\n");
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  EXPECT_EQ(loaded->card.tolerance, 0.02);
  RunConfig config;
  ASSERT_TRUE(apply_config_yaml(config, loaded->config_yaml, "card").ok());
  EXPECT_EQ(config.results.batch_size, 4);
}

TEST_F(ModelCardReader, KeepsWhatPrepareRecordedForPeopleAlone) {
  const Result<LoadedCard> plain = read(kDtmfCard);
  const Result<LoadedCard> loaded =
      read(std::string(kDtmfCard) + "prepared: {steps: [freeze], whatever: 1}\n");
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  EXPECT_EQ(loaded->card, plain->card);
  EXPECT_THAT(loaded->prepared_yaml, HasSubstr("freeze"));
}

TEST_F(ModelCardReader, TakesAnUnpackedPackageAndRefusesAPackedOne) {
  folder_.write("model.pt2", "packed");
  EXPECT_THAT(refusal("model.pt", "model.pt2"), HasSubstr("packed package"));
  std::filesystem::remove(folder_ / "model.pt2");
  EXPECT_THAT(refusal("model.pt", "model.pt2"), HasSubstr("does not exist"));
  folder_.write("model.pt2/rookery.json", "{}");
  std::string card = kDtmfCard;
  EXPECT_TRUE(read(card.replace(card.find("model.pt"), 8, "model.pt2")).ok());
}

TEST_F(ModelCardReader, ReadsEveryKey) {
  folder_.write("net.pt", "weights");
  folder_.write("names.txt", "wren\nrobin\n");
  const Result<LoadedCard> loaded = read(kLogMelCard);
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  ModelCard expected;
  expected.name = "birds";
  expected.directory = folder_.path().string();
  expected.file = folder_ / "net.pt";
  expected.geometry = {32000, 160000, 80000, 16000, 8000, 320, Tail::kPad};
  expected.front_end.type = FrontEndType::kLogMel;
  expected.front_end.log_mel = {.n_fft = 1024,
                                .win = 800,
                                .hop = 320,
                                .n_mels = 64,
                                .f_min = 50,
                                .f_max = 14000,
                                .mel = MelScale::kHtk,
                                .norm = MelNorm::kNone,
                                .power = 1,
                                .log = LogKind::kDb,
                                .floor = 1e-8,
                                .reference = 2,
                                .top_db = 80,
                                .center = false,
                                .pad_mode = PadMode::kZero,
                                .frames = 500,
                                .layout = MelLayout::kBatchMelTime};
  expected.output = OutputType::kFrames;
  expected.activation = Activation::kSoftmax;
  expected.labels = {"wren", "robin"};
  EXPECT_EQ(loaded->card, expected);
}

TEST_F(ModelCardReader, GivesThePostprocessingDefaultsAsConfigYaml) {
  folder_.write("net.pt", "weights");
  folder_.write("names.txt", "wren\nrobin\n");
  const Result<LoadedCard> loaded = read(kLogMelCard);
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  RunConfig config;
  config.results.postprocess.top_k = 9;
  ASSERT_TRUE(apply_config_yaml(config, loaded->config_yaml, "card").ok());
  RunConfig expected;
  expected.results.postprocess.top_k = 9;
  expected.results.postprocess.threshold = 0.25;
  expected.results.postprocess.label_thresholds = {{"wren", 0.75}};
  expected.results.postprocess.min_gap_seconds = 1;
  EXPECT_EQ(config, expected);
}

TEST_F(ModelCardReader, TakesTheCardThatTheDocumentShows) {
  std::ifstream stream(ROOKERY_SOURCE_DIR "/docs/model-cards.md");
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  const std::string fence = "```yaml\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const Result<LoadedCard> loaded = read(page.substr(begin, page.find("```", begin) - begin));
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  EXPECT_EQ(loaded->card.name, "speech");
}

TEST_F(ModelCardReader, TakesOneContextForBothSides) {
  std::string card = kDtmfCard;
  card.replace(card.find("{window: 0.1}"), 13, "{window: 0.1, context: 0.05}");
  const Result<LoadedCard> loaded = read(card);
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  EXPECT_EQ(loaded->card.geometry.context_left, 400);
  EXPECT_EQ(loaded->card.geometry.context_right, 400);
}

TEST_F(ModelCardReader, FindsTheTokensOfATranscriberByName) {
  const std::string ctc = "{type: ctc, blank: '0', word_delimiter: '1', silent: ['1']}";
  EXPECT_EQ(refusal("{type: tags}", ctc), "accepted");
  EXPECT_THAT(refusal("{type: tags}", "{type: ctc}"), HasSubstr("output.blank: is missing"));
  EXPECT_THAT(refusal("{type: tags}", "{type: ctc, blank: '<pad>'}"),
              HasSubstr("output.blank: the vocabulary has no token <pad>"));
  EXPECT_THAT(refusal("{type: tags}", "{type: tags, blank: '1'}"),
              HasSubstr("output.blank: there is no such key"));
}

TEST_F(ModelCardReader, AnEmbeddingHasDimensionsInsteadOfLabels) {
  const std::string tags = "{type: tags}\nlabels: labels.txt";
  EXPECT_EQ(refusal(tags, "{type: embedding, dimensions: 4}"), "accepted");
  EXPECT_THAT(refusal(tags, "{type: embedding}"), HasSubstr("output.dimensions: is missing"));
  EXPECT_THAT(refusal("{type: tags}", "{type: embedding, dimensions: 4}"),
              HasSubstr("labels: there is no such key"));
}

std::vector<std::string> labels_of(const std::string& text) {
  const auto labels = parse_labels(text, "labels.txt");
  return labels.ok() ? *labels : std::vector<std::string>{labels.error().reason};
}

TEST(Labels, AreTheLinesWhateverWroteThem) {
  EXPECT_THAT(labels_of("a\nb c\n"), ElementsAre("a", "b c"));
  EXPECT_THAT(labels_of("a\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(labels_of("\xEF\xBB\xBF"
                        "a\r\nb\r\n\r\n\n"),
              ElementsAre("a", "b"));
  EXPECT_THAT(labels_of("*\n0\n#\nNull\n"), ElementsAre("*", "0", "#", "Null"));
}

TEST(Labels, ThatCannotBeToldApartOrWrittenAreRefused) {
  EXPECT_THAT(labels_of("a\nb\na\n"),
              ElementsAre("labels.txt:3: the label a stands in line 1 already"));
  EXPECT_THAT(labels_of("a\n\nb\n"), ElementsAre("labels.txt:2: the label is empty"));
  EXPECT_THAT(labels_of("a\xff\n"), ElementsAre("labels.txt:1: the label is not UTF-8"));
  EXPECT_THAT(labels_of("a\tb\n"),
              ElementsAre("labels.txt:1: the label holds a control character"));
  EXPECT_THAT(labels_of("\n\n"), ElementsAre("labels.txt: holds no labels"));
}

}  // namespace
}  // namespace rookery
