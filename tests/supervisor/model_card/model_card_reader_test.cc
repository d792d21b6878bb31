#include "supervisor/model_card/model_card_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "supervisor/config/config_file.h"
#include "supervisor/model_card/card_labels.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kDtmfCard = R"(name: dtmf
file: model.pt
sample_rate: 8000
segment: {window: 0.1}
front_end: {type: waveform}
output: {type: tags}
labels: labels.txt
)";

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

class ModelCardReader : public ::testing::Test {
 protected:
  ModelCardReader() {
    folder_.write("model.pt", "weights");
    folder_.write("labels.txt", "0\n1\n");
  }

  Result<LoadedCard> read(const std::string& card) const {
    folder_.write("model.yaml", card);
    return read_model_card(folder_.path().string());
  }

  // The error's reason for the DTMF card after `from` was replaced.
  std::string refusal(const std::string& from, const std::string& to) const {
    std::string card = kDtmfCard;
    const std::size_t at = card.find(from);
    if (at == std::string::npos) return "not in the card: " + from;
    const Result<LoadedCard> loaded = read(card.replace(at, from.size(), to));
    if (loaded.ok()) return "accepted";
    EXPECT_EQ(loaded.error().stage, "model");
    EXPECT_THAT(loaded.error().reason, StartsWith(folder_.path().string()));
    return loaded.error().reason;
  }
  std::string refusal_of_front_end(const std::string& keys) const {
    return refusal("{type: waveform}", "{type: log_mel, " + keys + "}");
  }

  const TemporaryFolder folder_;
};

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

TEST_F(ModelCardReader, RefusesUnknownKeysNamingTheNearest) {
  EXPECT_THAT(refusal("sample_rate", "samplerate"), HasSubstr("sample_rate"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: 0.1, hopp: 0.1}"),
              HasSubstr("model.yaml:4: segment.hopp: there is no such key; "
                        "the nearest is segment.hop"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: 0.1, context: {lefft: 0}}"),
              HasSubstr("the nearest is segment.context.left"));
  EXPECT_THAT(refusal("waveform}", "waveform, n_fft: 4}"), HasSubstr("front_end.n_fft"));
  EXPECT_THAT(refusal("{type: tags}", "{type: tags, activatoin: none}"),
              HasSubstr("the nearest is output.activation"));
  EXPECT_THAT(refusal("labels: labels.txt", "labels: labels.txt\nlabel: x"),
              HasSubstr("label: there is no such key; the nearest is labels"));
  EXPECT_THAT(refusal("labels: labels.txt", "labels: labels.txt\npostprocess: {treshold: 1}"),
              HasSubstr("the nearest is postprocess.threshold"));
  EXPECT_THAT(refusal("name: dtmf", "name: a\nname: b"), HasSubstr("name: given twice"));
}

TEST_F(ModelCardReader, RefusesWhatIsMissing) {
  EXPECT_THAT(refusal("name: dtmf\n", ""), HasSubstr("name: is missing"));
  EXPECT_THAT(refusal("sample_rate: 8000", "smaple_rate: 8000"),
              HasSubstr("smaple_rate: there is no such key; the nearest is sample_rate"));
  EXPECT_THAT(refusal("segment: {window: 0.1}", "segmnt: {window: 0.1}"),
              HasSubstr("segmnt: there is no such key; the nearest is segment"));
  EXPECT_THAT(refusal("file: model.pt\n", ""), HasSubstr("file: is missing"));
  EXPECT_THAT(refusal("sample_rate: 8000\n", ""), HasSubstr("sample_rate: is missing"));
  EXPECT_THAT(refusal("segment: {window: 0.1}\n", ""), HasSubstr("segment: is missing"));
  EXPECT_THAT(refusal("{window: 0.1}", "{hop: 0.1}"), HasSubstr("segment.window: is missing"));
  EXPECT_THAT(refusal("front_end: {type: waveform}\n", ""), HasSubstr("front_end: is missing"));
  EXPECT_THAT(refusal("{type: tags}", "{activation: none}"), HasSubstr("output.type: is missing"));
  EXPECT_THAT(refusal("labels: labels.txt\n", ""), HasSubstr("labels: is missing"));
  EXPECT_THAT(refusal_of_front_end("n_fft: 256, hop: 80"), HasSubstr("n_mels: is missing"));
}

TEST_F(ModelCardReader, RefusesValuesOutOfRange) {
  EXPECT_THAT(refusal("8000", "0"), HasSubstr("sample_rate: 0 is not allowed"));
  EXPECT_THAT(refusal("8000", "8k"), HasSubstr("sample_rate: 8k is not allowed"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: 0}"), HasSubstr("segment.window"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: -1}"), HasSubstr("segment.window: -1"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: 0.1, hop: 0}"), HasSubstr("segment.hop"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: 0.1, hop: 0.2}"),
              HasSubstr("segment.hop: 0.2 s is longer than the window"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: 0.1, tail: keep}"),
              HasSubstr("it takes shift, pad or drop"));
  EXPECT_THAT(refusal("{window: 0.1}", "0.1"), HasSubstr("segment: 0.1 is not allowed"));
  EXPECT_THAT(refusal("{type: waveform}", "{type: mfcc}"),
              HasSubstr("front_end.type: mfcc is not allowed; it takes waveform or log_mel"));
  EXPECT_THAT(refusal("{type: tags}", "{type: tags, activation: relu}"),
              HasSubstr("it takes none, sigmoid or softmax"));
  EXPECT_THAT(refusal("labels: labels.txt", "labels: labels.txt\npostprocess: {top_k: -1}"),
              HasSubstr("postprocess.top_k: -1 is not allowed"));
}

TEST_F(ModelCardReader, RefusesLogMelParametersThatContradictEachOther) {
  const std::string sound = "n_fft: 256, hop: 80, n_mels: 40";
  EXPECT_EQ(refusal_of_front_end(sound), "accepted");
  EXPECT_THAT(refusal_of_front_end(sound + ", f_max: 4001"), HasSubstr("front_end.f_max: 4001"));
  EXPECT_THAT(refusal_of_front_end(sound + ", f_min: 300, f_max: 300"),
              HasSubstr("front_end.f_min: 300 Hz is not below f_max, 300 Hz"));
  EXPECT_THAT(refusal_of_front_end(sound + ", win: 257"), HasSubstr("front_end.win: 257"));
  EXPECT_THAT(refusal_of_front_end(sound + ", power: 1.5"), HasSubstr("1 (magnitude) or 2"));
  EXPECT_THAT(refusal_of_front_end(sound + ", log: ln, top_db: 80"), HasSubstr("front_end.top_db"));
  EXPECT_THAT(refusal_of_front_end(sound + ", log: none, floor: 1"), HasSubstr("front_end.floor"));
  EXPECT_EQ(refusal_of_front_end(sound + ", frames: 11"), "accepted");
  EXPECT_THAT(refusal_of_front_end(sound + ", frames: 12"),
              HasSubstr("front_end.frames: 12 is more than the 11 frames that a segment has"));
  EXPECT_THAT(refusal_of_front_end("n_fft: 1600, hop: 80, n_mels: 40"), HasSubstr("n_fft: 1600"));
  EXPECT_THAT(refusal_of_front_end("n_fft: 801, hop: 80, n_mels: 40, center: false"),
              HasSubstr("n_fft: 801 is too long for segments of 800 samples"));
}

TEST_F(ModelCardReader, RefusesSegmentsThroughWhichAStateCannotBeHandedOn) {
  const std::string carry = "{type: waveform}\nstate: carry";
  EXPECT_THAT(refusal("{type: waveform}", carry),
              HasSubstr("state: carry needs segment.tail: pad"));
  EXPECT_THAT(refusal("segment: {window: 0.1}", "state: carry\nsegment: {window: 0.1, hop: 0.05}"),
              HasSubstr("state: carry takes segments without overlap"));
  EXPECT_THAT(
      refusal("segment: {window: 0.1}", "state: carry\nsegment: {window: 0.1, context: 0.1}"),
      HasSubstr("state: carry takes no context"));
  EXPECT_EQ(refusal("segment: {window: 0.1}", "state: carry\nsegment: {window: 0.1, tail: pad}"),
            "accepted");
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

TEST_F(ModelCardReader, RefusesLengthsOffTheGridTellingTheNearestOnIt) {
  EXPECT_THAT(refusal("0.1}", "0.10001}"),
              HasSubstr("segment.window: 0.10001 s is 800.08 samples, which is no whole number of "
                        "samples at 8000 Hz; the nearest are 0.1 s (800 samples) and "
                        "0.100125 s (801 samples)"));
  EXPECT_THAT(refusal("segment: {window: 0.1}", "frame: 512\nsegment: {window: 0.1}"),
              HasSubstr("no whole number of frames of 512 samples at 8000 Hz; the nearest are "
                        "0.064 s (512 samples) and 0.128 s (1024 samples)"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: 0.1, context: 0.00001}"),
              HasSubstr("segment.context: 1e-05 s"));
  EXPECT_THAT(refusal("{window: 0.1}", "{window: 0.1, context: {right: 0.00001}}"),
              HasSubstr("segment.context.right: 1e-05 s"));
}

RC_GTEST_FIXTURE_PROP(ModelCardReader, TakesEveryWholeNumberOfFramesWrittenInSeconds, ()) {
  const auto rate = *rc::gen::element(8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000);
  const auto frame = *rc::gen::inRange<std::int64_t>(1, 1000);
  const auto frames = *rc::gen::inRange<std::int64_t>(1, 1000);
  const double seconds = static_cast<double>(frame * frames) / rate;
  RC_PRE(seconds <= 3600);
  const Result<LoadedCard> loaded = read(
      fmt::format("name: a\nfile: model.pt\nsample_rate: {}\nframe: {}\nsegment: {{window: {}}}\n"
                  "front_end: {{type: waveform}}\noutput: {{type: tags}}\nlabels: labels.txt\n",
                  rate, frame, seconds));
  RC_ASSERT(loaded.ok());
  RC_ASSERT(loaded->card.geometry.window == frame * frames);
}

TEST_F(ModelCardReader, NamesFilesThatAreMissingOrNoFiles) {
  EXPECT_THAT(to_string(read_model_card(folder_ / "absent").error()),
              AllOf(HasSubstr("absent/model.yaml"), HasSubstr("does not exist"),
                    HasSubstr("docs/model-cards.md")));
  EXPECT_THAT(refusal("model.pt", "other.pt"),
              HasSubstr("other.pt: the model file does not exist"));
  EXPECT_THAT(refusal("labels.txt", "l.txt"), HasSubstr("l.txt: the labels file does not exist"));
  std::filesystem::create_directory(folder_ / "folder.pt");
  EXPECT_THAT(refusal("model.pt", "folder.pt"), HasSubstr("is no regular file"));
}

TEST_F(ModelCardReader, RefusesTextThatIsNoCard) {
  EXPECT_THAT(read("name: [").error().reason, HasSubstr("not valid YAML"));
  EXPECT_THAT(read("").error().reason, HasSubstr("the card"));
  EXPECT_THAT(read("- a\n- b\n").error().reason, HasSubstr("the card: [a, b] is not allowed"));
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
