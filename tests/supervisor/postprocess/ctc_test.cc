#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "supervisor/postprocess/postprocessor.h"
#include "supervisor/postprocess/prefix_beams.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kFrameUs = 20'000;
constexpr std::int32_t kBlank = 0;
constexpr std::int32_t kDelimiter = 1;
constexpr std::int32_t kA = 2;
constexpr std::int32_t kB = 3;

// Probabilities of one frame, one for each token.
using Frame = std::vector<float>;

// Frames of 20 ms.
ModelCard card_of_letters() {
  ModelCard card;
  card.output = OutputType::kCtc;
  card.geometry.sample_rate = 1000;
  card.geometry.frame = 20;
  card.labels = {"<pad>", "|", "a", "b"};
  card.ctc.blank = kBlank;
  card.ctc.word_delimiter = kDelimiter;
  return card;
}

Frame certain(std::int32_t token, float probability = 1) {
  Frame frame(4, 0.0F);
  frame[static_cast<std::size_t>(token)] = probability;
  return frame;
}

std::vector<Frame> certain(const std::vector<std::int32_t>& tokens) {
  std::vector<Frame> frames;
  frames.reserve(tokens.size());
  for (const std::int32_t token : tokens) frames.push_back(certain(token));
  return frames;
}

// What a worker keeps of a frame.
void reduce(const Frame& frame, std::int64_t at, float floor, SegmentScores& scores) {
  const auto likeliest = std::max_element(frame.begin(), frame.end());
  for (auto score = frame.begin(); score != frame.end(); ++score) {
    if (score != likeliest && *score < floor) continue;
    scores.scores.push_back({at, static_cast<std::int32_t>(score - frame.begin()), *score});
  }
}

// Decodes with segments that end before the frames `cuts` (sorted) and at the end.
std::vector<Detection> decoded(const ModelCard& card, const PostprocessConfig& config,
                               const std::vector<Frame>& frames,
                               const std::vector<std::size_t>& cuts = {},
                               std::shared_ptr<const WordList> words = nullptr) {
  const std::int64_t samples = std::ssize(frames) * card.geometry.frame;
  const auto postprocessor =
      make_postprocessor(card, config, samples, card.geometry.frame, std::move(words));
  const float floor = score_floors(card, config).front();
  std::vector<Detection> all;
  const auto append = [&all](const std::vector<Detection>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  SegmentScores segment;
  for (std::size_t at = 0; at < frames.size(); ++at) {
    if (std::binary_search(cuts.begin(), cuts.end(), at)) {
      append(postprocessor->add({}, std::exchange(segment, SegmentScores{})));
    }
    reduce(frames[at], static_cast<std::int64_t>(at), floor, segment);
  }
  append(postprocessor->add({}, segment));
  append(postprocessor->finish());
  return all;
}

Detection word(std::int64_t begin_frame, std::int64_t end_frame, const std::string& text,
               float score = 1) {
  return {begin_frame * kFrameUs, end_frame * kFrameUs, Detection::kNoLabel, score, text};
}

PostprocessConfig beam(std::int32_t width) {
  PostprocessConfig config;
  config.decoder = CtcDecoder::kBeam;
  config.beam_width = width;
  return config;
}

std::string text_of(const std::vector<Detection>& words) {
  std::string text;
  for (const Detection& one : words) text += (text.empty() ? "" : " ") + one.text;
  return text;
}

TEST(Ctc, WordsHaveTheTimesOfTheirTokensForEitherDecoder) {
  const auto frames = certain({kBlank, kA, kA, kBlank, kA, kDelimiter, kBlank, kB, kBlank});
  for (const PostprocessConfig& config : {PostprocessConfig{}, beam(4)}) {
    EXPECT_THAT(decoded(card_of_letters(), config, frames),
                ElementsAre(word(1, 5, "aa"), word(7, 8, "b")));
  }
}

TEST(Ctc, ATokenThatGoesOnOverASegmentsEdgeIsOne) {
  const auto frames = certain({kA, kA, kA, kBlank, kB});
  for (const PostprocessConfig& config : {PostprocessConfig{}, beam(4)}) {
    EXPECT_THAT(decoded(card_of_letters(), config, frames, {1, 2, 4}),
                ElementsAre(word(0, 5, "ab")));
  }
}

TEST(Ctc, AWordsScoreIsTheGeometricMeanOfItsTokensHighest) {
  const std::vector<Frame> frames = {certain(kA, 0.5F), certain(kA, 0.81F), certain(kB, 0.36F)};
  const auto words = decoded(card_of_letters(), {}, frames);
  ASSERT_EQ(words.size(), 1U);
  EXPECT_NEAR(words[0].score, 0.54, 1e-6);
}

TEST(Ctc, FramesBetweenSegmentsAreBlank) {
  const ModelCard card = card_of_letters();
  for (const PostprocessConfig& config : {PostprocessConfig{}, beam(4)}) {
    const auto postprocessor = make_postprocessor(card, config, 400, 20);
    EXPECT_THAT(postprocessor->add({}, {0, {{0, kA, 1}}}), IsEmpty());
    EXPECT_THAT(postprocessor->add({}, {1, {{2, kA, 1}}}), IsEmpty());
    EXPECT_THAT(postprocessor->finish(), ElementsAre(word(0, 3, "aa")));
  }
}

TEST(Ctc, AWordIsGivenAsSoonAsNothingCanChangeIt) {
  const ModelCard card = card_of_letters();
  for (const PostprocessConfig& config : {PostprocessConfig{}, beam(4)}) {
    const auto postprocessor = make_postprocessor(card, config, 400, 20);
    EXPECT_THAT(postprocessor->add({}, {0, {{0, kA, 1}, {1, kDelimiter, 1}, {2, kB, 1}}}),
                ElementsAre(word(0, 1, "a")));
  }
}

TEST(Ctc, WordStartsAndSilentTokensSpellWords) {
  ModelCard card = card_of_letters();
  card.labels = {"<pad>", "<s>", "▁he", "y"};
  card.ctc.word_delimiter = -1;
  card.ctc.word_start = "▁";
  card.ctc.silent = {1};
  EXPECT_EQ(text_of(decoded(card, {}, certain({1, 2, 3, 2, 0, 1}))), "hey he");
}

TEST(Ctc, WithoutWordMarksEachTokenIsAWord) {
  ModelCard card = card_of_letters();
  card.ctc.word_delimiter = -1;
  EXPECT_EQ(text_of(decoded(card, beam(4), certain({kA, kB, kB}))), "a b");
}

TEST(Ctc, TheBeamFindsATextWhoseManyPathsOutweighTheLikeliestOne) {
  const std::vector<Frame> frames(2, Frame{0.6F, 0, 0.4F, 0});  // P("a") is 0.64, P("") is 0.36
  EXPECT_THAT(decoded(card_of_letters(), {}, frames), IsEmpty());
  EXPECT_EQ(text_of(decoded(card_of_letters(), beam(4), frames)), "a");
}

TEST(Ctc, OnlyWordsOfTheListAreGiven) {
  const std::vector<Frame> frames = {{0, 0, 0.6F, 0.4F}, {0.1F, 0, 0.5F, 0.4F}, {0.9F, 0.1F, 0, 0}};
  EXPECT_EQ(text_of(decoded(card_of_letters(), beam(8), frames)), "a");
  const auto list = std::make_shared<WordList>("ab\nbbb\n");
  EXPECT_EQ(text_of(decoded(card_of_letters(), beam(8), frames, {}, list)), "ab");
}

std::vector<Frame> any_frames() {
  const auto count = *rc::gen::inRange<std::size_t>(1, 7);
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < count; ++i) {
    auto weights = *rc::gen::container<std::vector<int>>(4, rc::gen::inRange(1, 100));
    const auto sum = static_cast<float>(std::accumulate(weights.begin(), weights.end(), 0));
    Frame frame;
    for (const int weight : weights) frame.push_back(static_cast<float>(weight) / sum);
    frames.push_back(frame);
  }
  return frames;
}

std::vector<std::size_t> any_cuts(std::size_t frames) {
  auto cuts =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, frames + 1));
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

// Probability of every token sequence, over all paths.
std::map<std::vector<std::int32_t>, double> all_texts(const std::vector<Frame>& frames) {
  std::map<std::vector<std::int32_t>, double> sums;
  const auto paths = static_cast<std::size_t>(std::pow(4, frames.size()));
  for (std::size_t path = 0; path < paths; ++path) {
    std::vector<std::int32_t> tokens;
    double probability = 1;
    std::int32_t last = kBlank;
    for (std::size_t at = 0, rest = path; at < frames.size(); ++at, rest /= 4) {
      const auto token = static_cast<std::int32_t>(rest % 4);
      probability *= static_cast<double>(frames[at][rest % 4]);
      if (token != kBlank && token != last) tokens.push_back(token);
      last = token;
    }
    sums[tokens] += probability;
  }
  return sums;
}

RC_GTEST_PROP(CtcProperty, AWideBeamFindsTheLikeliestOfAllTokenSequences, ()) {
  const auto frames = any_frames();
  const auto texts = all_texts(frames);
  const CtcSpelling spelling(card_of_letters());
  PrefixBeams beams(spelling, 1'000'000, nullptr);
  for (std::size_t at = 0; at < frames.size(); ++at) {
    SegmentScores scores;
    reduce(frames[at], static_cast<std::int64_t>(at), 0, scores);
    beams.add_frame(static_cast<std::int64_t>(at), scores.scores);
  }
  std::vector<std::int32_t> found;
  for (const TimedToken& token : beams.finish()) found.push_back(token.token);
  double highest = 0;
  for (const auto& [text, probability] : texts) highest = std::max(highest, probability);
  RC_ASSERT(texts.at(found) >= highest * (1 - 1e-9));
}

RC_GTEST_PROP(CtcProperty, WhereSegmentsEndChangesNothing, ()) {
  const auto frames = any_frames();
  const auto cuts = any_cuts(frames.size());
  for (const PostprocessConfig& config : {PostprocessConfig{}, beam(1000)}) {
    RC_ASSERT(decoded(card_of_letters(), config, frames, cuts) ==
              decoded(card_of_letters(), config, frames));
  }
}

// A narrow beam over a long recording without pauses: what is open stays bounded, and no token is
// given twice or lost.
TEST(Ctc, ATextWithoutWordEndsIsGivenInParts) {
  std::vector<std::int32_t> tokens;
  tokens.reserve(2000);
  for (int i = 0; i < 2000; ++i) tokens.push_back(i % 2 == 0 ? kA : kB);
  const CtcSpelling spelling(card_of_letters());
  PrefixBeams beams(spelling, 2, nullptr);
  std::vector<std::int32_t> given;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const auto frame = static_cast<std::int64_t>(at);
    beams.add_frame(frame,
                    std::vector<FrameScore>{{frame, tokens[at], 0.9F}, {frame, kBlank, 0.1F}});
    for (const TimedToken& token : beams.take_settled()) given.push_back(token.token);
    ASSERT_LE(at + 1 - given.size(), PrefixBeams::kMaxOpenTokens + 1);
  }
  for (const TimedToken& token : beams.finish()) given.push_back(token.token);
  EXPECT_EQ(given, tokens);
}

}  // namespace
}  // namespace rookery
