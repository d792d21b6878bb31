#include "supervisor/config/fingerprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/supervisor/config/config_generators.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

const std::vector<std::pair<std::string, std::string>> kFacts = {{"model.sha256", "0123"},
                                                                 {"libtorch", "2.13.0"}};

ModelCard log_mel_card() {
  ModelCard card;
  card.geometry = {16000, 16000, 8000, 160, 160, 160, Tail::kShift};
  card.front_end.type = FrontEndType::kLogMel;
  card.labels = {"speech", "music"};
  return card;
}

RC_GTEST_PROP(Fingerprint, DiffersExactlyWhenResultSettingsDiffer, ()) {
  const ResultSettings a = any_result_settings();
  const ResultSettings b = *rc::gen::arbitrary<bool>() ? a : any_result_settings();
  const ModelCard card = log_mel_card();
  const auto difference =
      first_difference(fingerprint(a, card, kFacts), fingerprint(b, card, kFacts));
  RC_ASSERT(difference.has_value() == (a != b));
}

TEST(Fingerprint, DiffersWithEveryPartOfTheCardThatShapesResults) {
  using Change = std::function<void(ModelCard&)>;
  const std::vector<std::pair<std::string, Change>> changes = {
      {"card.sample_rate", [](auto& c) { c.geometry.sample_rate = 8000; }},
      {"card.segment.window", [](auto& c) { c.geometry.window += 160; }},
      {"card.segment.hop", [](auto& c) { c.geometry.hop += 160; }},
      {"card.segment.context.left", [](auto& c) { c.geometry.context_left += 160; }},
      {"card.segment.context.right", [](auto& c) { c.geometry.context_right += 160; }},
      {"card.frame", [](auto& c) { c.geometry.frame = 80; }},
      {"card.segment.tail", [](auto& c) { c.geometry.tail = Tail::kPad; }},
      {"card.front_end.n_fft", [](auto& c) { c.front_end.log_mel.n_fft = 512; }},
      {"card.front_end.win", [](auto& c) { c.front_end.log_mel.win = 300; }},
      {"card.front_end.hop", [](auto& c) { c.front_end.log_mel.hop = 100; }},
      {"card.front_end.n_mels", [](auto& c) { c.front_end.log_mel.n_mels = 64; }},
      {"card.front_end.f_min", [](auto& c) { c.front_end.log_mel.f_min = 20; }},
      {"card.front_end.f_max", [](auto& c) { c.front_end.log_mel.f_max = 7000; }},
      {"card.front_end.mel", [](auto& c) { c.front_end.log_mel.mel = MelScale::kHtk; }},
      {"card.front_end.norm", [](auto& c) { c.front_end.log_mel.norm = MelNorm::kNone; }},
      {"card.front_end.power", [](auto& c) { c.front_end.log_mel.power = 1; }},
      {"card.front_end.log", [](auto& c) { c.front_end.log_mel.log = LogKind::kDb; }},
      {"card.front_end.floor", [](auto& c) { c.front_end.log_mel.floor = 1e-9; }},
      {"card.front_end.reference", [](auto& c) { c.front_end.log_mel.reference = 2; }},
      {"card.front_end.top_db", [](auto& c) { c.front_end.log_mel.top_db = 80; }},
      {"card.front_end.center", [](auto& c) { c.front_end.log_mel.center = false; }},
      {"card.front_end.pad_mode", [](auto& c) { c.front_end.log_mel.pad_mode = PadMode::kZero; }},
      {"card.front_end.frames", [](auto& c) { c.front_end.log_mel.frames = 9; }},
      {"card.front_end.layout",
       [](auto& c) { c.front_end.log_mel.layout = MelLayout::kBatchMelTime; }},
      {"card.output.type", [](auto& c) { c.output = OutputType::kFrames; }},
      {"card.output.activation", [](auto& c) { c.activation = Activation::kSoftmax; }},
      {"card.labels",
       [](auto& c) {
         c.labels = {"music", "speech"};
       }},
  };
  const auto before = fingerprint({}, log_mel_card(), kFacts);
  for (const auto& [name, change] : changes) {
    ModelCard changed = log_mel_card();
    change(changed);
    const auto difference = first_difference(before, fingerprint({}, changed, kFacts));
    ASSERT_TRUE(difference.has_value()) << name;
    EXPECT_THAT(difference->reason, HasSubstr(name + " was ")) << name;
  }
}

TEST(Fingerprint, DiffersWithTheVocabulary) {
  ModelCard card;
  card.front_end.type = FrontEndType::kTokens;
  card.front_end.vocabulary = 100;
  const auto before = fingerprint({}, card, kFacts);
  card.front_end.vocabulary = 99;
  EXPECT_THAT(first_difference(before, fingerprint({}, card, kFacts))->reason,
              HasSubstr("card.front_end.vocabulary was 100"));
}

TEST(Fingerprint, OfAFolderBegunBeforeThereWasAChoiceOfOpenmpIsThatOfTheDefault) {
  auto earlier = fingerprint({}, log_mel_card(), kFacts);
  ASSERT_EQ(earlier.erase("openmp"), 1U);
  ResultSettings settings;
  EXPECT_EQ(first_difference(earlier, fingerprint(settings, log_mel_card(), kFacts)), std::nullopt);
  settings.openmp = "libomp";
  EXPECT_EQ(first_difference(earlier, fingerprint(settings, log_mel_card(), kFacts))->reason,
            "openmp was libgomp when the output folder was begun and is libomp now");
}

TEST(Fingerprint, DoesNotDependOnWhereTheModelStands) {
  ModelCard moved = log_mel_card();
  moved.directory = "/elsewhere";
  moved.file = "/elsewhere/model.pt";
  EXPECT_EQ(fingerprint({}, log_mel_card(), kFacts), fingerprint({}, moved, kFacts));
}

TEST(FirstDifference, NamesThePartAndBothValues) {
  const auto difference = first_difference({{"a", "1"}, {"b", "2"}}, {{"a", "1"}, {"b", "3"}});
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->stage, "config");
  EXPECT_EQ(difference->reason, "b was 2 when the output folder was begun and is 3 now");
}

TEST(FirstDifference, SaysThatAPartWasNotThere) {
  EXPECT_EQ(first_difference({}, {{"a", "1"}})->reason,
            "a was not there when the output folder was begun and is 1 now");
  EXPECT_EQ(first_difference({{"a", "1"}}, {})->reason,
            "a was 1 when the output folder was begun and is not there now");
}

TEST(FirstDifference, PassesOverWhatIsKeptForExports) {
  EXPECT_EQ(first_difference({{"export.timestamps", "none"}}, {{"export.other", "1"}}),
            std::nullopt);
}

TEST(FirstDifference, ShowsTheDifferingPlaceOfALongValue) {
  const std::string same(5000, 's');
  const std::string reason =
      first_difference({{"labels", same + "\nold" + same}}, {{"labels", same + "\nnew" + same}})
          ->reason;
  EXPECT_THAT(reason, HasSubstr("|old"));
  EXPECT_THAT(reason, HasSubstr("|new"));
  EXPECT_LT(reason.size(), 400U);
}

}  // namespace
}  // namespace rookery
