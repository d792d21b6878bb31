// Cards that are refused, and what the reader of the message learns.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <string>

#include "tests/supervisor/model_card/model_card_fixture.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using ModelCardRefusals = ModelCardReader;

TEST_F(ModelCardRefusals, RefusesUnknownKeysNamingTheNearest) {
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

TEST_F(ModelCardRefusals, RefusesWhatIsMissing) {
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

TEST_F(ModelCardRefusals, RefusesValuesOutOfRange) {
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
              HasSubstr("front_end.type: mfcc is not allowed; it takes waveform, log_mel or "
                        "tokens"));
  EXPECT_THAT(refusal("{type: tags}", "{type: tags, activation: relu}"),
              HasSubstr("it takes none, sigmoid or softmax"));
  EXPECT_THAT(refusal("labels: labels.txt", "labels: labels.txt\npostprocess: {top_k: -1}"),
              HasSubstr("postprocess.top_k: -1 is not allowed"));
}

TEST_F(ModelCardRefusals, RefusesTokensWithoutASoundVocabulary) {
  const auto refusal_of_tokens = [this](const std::string& keys) {
    return refusal("{type: waveform}", "{type: tokens" + keys + "}");
  };
  EXPECT_EQ(refusal_of_tokens(", vocabulary: 30522"), "accepted");
  EXPECT_THAT(refusal_of_tokens(""), HasSubstr("front_end.vocabulary: is missing"));
  EXPECT_THAT(refusal_of_tokens(", vocabulary: 0"), HasSubstr("front_end.vocabulary: 0 is not"));
  EXPECT_THAT(refusal_of_tokens(", vocabulary: 2000000"), HasSubstr("vocabulary: 2000000 is not"));
  EXPECT_THAT(refusal_of_tokens(", vocabulary: 9, n_fft: 256"), HasSubstr("front_end.n_fft"));
}

TEST_F(ModelCardRefusals, RefusesLogMelParametersThatContradictEachOther) {
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

TEST_F(ModelCardRefusals, RefusesSegmentsThroughWhichAStateCannotBeHandedOn) {
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

TEST_F(ModelCardRefusals, RefusesLengthsOffTheGridTellingTheNearestOnIt) {
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

TEST_F(ModelCardRefusals, NamesFilesThatAreMissingOrNoFiles) {
  EXPECT_THAT(to_string(read_model_card(folder_ / "absent").error()),
              AllOf(HasSubstr("absent/model.yaml"), HasSubstr("does not exist"),
                    HasSubstr("docs/model-cards.md")));
  EXPECT_THAT(refusal("model.pt", "other.pt"),
              HasSubstr("other.pt: the model file does not exist"));
  EXPECT_THAT(refusal("labels.txt", "l.txt"), HasSubstr("l.txt: the labels file does not exist"));
  std::filesystem::create_directory(folder_ / "folder.pt");
  EXPECT_THAT(refusal("model.pt", "folder.pt"), HasSubstr("is no regular file"));
}

TEST_F(ModelCardRefusals, RefusesTextThatIsNoCard) {
  EXPECT_THAT(read("name: [").error().reason, HasSubstr("not valid YAML"));
  EXPECT_THAT(read("").error().reason, HasSubstr("the card"));
  EXPECT_THAT(read("- a\n- b\n").error().reason, HasSubstr("the card: [a, b] is not allowed"));
}

}  // namespace
}  // namespace rookery
