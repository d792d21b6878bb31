#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "supervisor/postprocess/postprocessor.h"
#include "tests/supervisor/core_generators.h"
#include "tests/supervisor/postprocess/postprocess_oracle.h"
#include "tests/supervisor/reference_worker.h"

namespace rookery {
namespace {

using ::rookery::testing::kSampleRate;
using ::rookery::testing::ScoreMatrix;
using ::rookery::testing::segments_of;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000;

// Two labels, windows of a second every second.
ModelCard card_of_seconds() {
  ModelCard card;
  card.geometry.sample_rate = kSampleRate;
  card.geometry.window = kSampleRate;
  card.geometry.hop = kSampleRate;
  card.labels = {"low", "high"};
  return card;
}

std::vector<Detection> streamed(const ModelCard& card, const PostprocessConfig& config,
                                const std::vector<Segment>& segments, const ScoreMatrix& rows) {
  const std::vector<float> floors = score_floors(card, config);
  const auto postprocessor = make_postprocessor(card, config, 0, 0);
  std::vector<Detection> detections;
  const auto append = [&](const std::vector<Detection>& more) {
    detections.insert(detections.end(), more.begin(), more.end());
  };
  for (const Segment& segment : segments) {
    append(postprocessor->add(segment, testing::reduced(card, segment, rows, floors)));
  }
  append(postprocessor->finish());
  std::sort(detections.begin(), detections.end(), in_row_order);
  return detections;
}

// Detections of successive seconds.
std::vector<Detection> of_seconds(const PostprocessConfig& config, const ScoreMatrix& rows) {
  const ModelCard card = card_of_seconds();
  return streamed(card, config, segments_of(card.geometry, kSampleRate * std::ssize(rows)), rows);
}

TEST(TagsTest, ScoreAtTheThresholdIsPositiveAndBelowIsNot) {
  EXPECT_THAT(of_seconds({}, {{0.5F, 0.4375F}}), ElementsAre(Detection{0, kSecond, 0, 0.5F}));
}

TEST(TagsTest, ThresholdGivenInDecimalsIsTheFloatThatAModelGives) {
  PostprocessConfig config;
  config.threshold = 0.7;  // as float below 0.7
  EXPECT_THAT(of_seconds(config, {{0.7F, 0}}), ElementsAre(Detection{0, kSecond, 0, 0.7F}));
}

TEST(TagsTest, LabelsOwnThresholdReplacesTheGlobalOneAndUnknownNamesAreIgnored) {
  PostprocessConfig config;
  config.label_thresholds = {{"high", 0.25}, {"nobody", 0.0}};
  EXPECT_THAT(of_seconds(config, {{0.25F, 0.25F}}), ElementsAre(Detection{0, kSecond, 1, 0.25F}));
}

TEST(TagsTest, NeighbouringPositiveSegmentsAreOneDetectionWithTheHighestScore) {
  EXPECT_THAT(of_seconds({}, {{0.5F, 0}, {0.75F, 0}, {0.625F, 0}, {0, 0}, {0.5F, 0}}),
              ElementsAre(Detection{0, 3 * kSecond, 0, 0.75F},
                          Detection{4 * kSecond, 5 * kSecond, 0, 0.5F}));
}

TEST(TagsTest, GapUpToMergeGapIsClosedAndALongerOneIsNot) {
  PostprocessConfig config;
  config.merge_gap_seconds = 1;
  EXPECT_THAT(
      of_seconds(config, {{1, 0}, {0, 0}, {1, 0}, {0, 0}, {0, 0}, {1, 0}}),
      ElementsAre(Detection{0, 3 * kSecond, 0, 1}, Detection{5 * kSecond, 6 * kSecond, 0, 1}));
}

TEST(TagsTest, WithoutMergeEverySegmentIsItsOwnDetection) {
  PostprocessConfig config;
  config.merge = false;
  EXPECT_THAT(of_seconds(config, {{1, 0}, {1, 0}}),
              ElementsAre(Detection{0, kSecond, 0, 1}, Detection{kSecond, 2 * kSecond, 0, 1}));
}

TEST(TagsTest, TopKKeepsTheHighestAndOfEqualScoresTheLowerLabel) {
  PostprocessConfig config;
  config.top_k = 1;
  EXPECT_THAT(
      of_seconds(config, {{0.5F, 0.75F}, {0.5F, 0.5F}}),
      ElementsAre(Detection{0, kSecond, 1, 0.75F}, Detection{kSecond, 2 * kSecond, 0, 0.5F}));
}

TEST(TagsTest, MedianDropsALonePositiveAndFillsALoneHole) {
  PostprocessConfig config;
  config.smooth_segments = 3;
  EXPECT_THAT(of_seconds(config, {{0, 1}, {1, 1}, {0, 0}, {0, 1}, {0, 1}}),
              ElementsAre(Detection{0, 5 * kSecond, 1, 1}));
}

TEST(TagsTest, MedianOfAnEvenNumberAtTheEdgeIsTheLowerMiddleOne) {
  PostprocessConfig config;
  config.smooth_segments = 3;
  EXPECT_THAT(of_seconds(config, {{0.75F, 0}, {0.5F, 0}}),
              ElementsAre(Detection{0, 2 * kSecond, 0, 0.5F}));
}

TEST(TagsTest, FinalDetectionComesWhileTheRecordingGoesOn) {
  const ModelCard card = card_of_seconds();
  const std::vector<Segment> segments = segments_of(card.geometry, 3 * kSampleRate);
  const auto postprocessor = make_postprocessor(card, {}, 3 * kSampleRate, 0);
  const Segment later{3, 24, 32, 24, 24, 32};
  EXPECT_THAT(postprocessor->add(segments[0], {0, {{0, 1, 1}}}), IsEmpty());
  EXPECT_THAT(postprocessor->add(segments[1], {1, {{1, 1, 1}}}), IsEmpty());
  // The third begins where the second ends, so the detection is final one segment later.
  EXPECT_THAT(postprocessor->add(segments[2], {2, {}}), IsEmpty());
  EXPECT_THAT(postprocessor->add(later, {3, {}}), ElementsAre(Detection{0, 2 * kSecond, 1, 1}));
  EXPECT_THAT(postprocessor->finish(), IsEmpty());
}

TEST(TagsTest, SmoothingDelaysADetectionByHalfItsWidthAndNoMore) {
  PostprocessConfig config;
  config.smooth_segments = 3;
  config.merge = false;
  const ModelCard card = card_of_seconds();
  const std::vector<Segment> segments = segments_of(card.geometry, 2 * kSampleRate);
  const auto postprocessor = make_postprocessor(card, config, 2 * kSampleRate, 0);
  EXPECT_THAT(postprocessor->add(segments[0], {0, {{0, 1, 1}}}), IsEmpty());
  EXPECT_THAT(postprocessor->add(segments[1], {1, {{1, 1, 1}}}),
              ElementsAre(Detection{0, kSecond, 1, 1}));
  EXPECT_THAT(postprocessor->finish(), ElementsAre(Detection{kSecond, 2 * kSecond, 1, 1}));
}

TEST(TagsTest, FloorsAreTheThresholdsOrNothingWhenSmoothing) {
  PostprocessConfig config;
  config.label_thresholds = {{"high", 0.25}};
  config.threshold_off = 0.125;  // concerns frames alone
  EXPECT_THAT(score_floors(card_of_seconds(), config), ElementsAre(0.5F, 0.25F));
  config.smooth_segments = 3;
  EXPECT_THAT(score_floors(card_of_seconds(), config),
              Each(-std::numeric_limits<float>::infinity()));
}

RC_GTEST_PROP(TagsProperty, StreamedEqualsTheWholeRecordingAtOnce, ()) {
  const ModelCard card = testing::any_card(OutputType::kTags);
  const PostprocessConfig config = testing::any_postprocess();
  const std::vector<Segment> segments = segments_of(card.geometry, *rc::gen::inRange(0, 200));
  ScoreMatrix rows(segments.size(), std::vector<float>(card.labels.size()));
  for (auto& row : rows) {
    for (float& score : row) score = static_cast<float>(testing::any_eighths(0, 9));
  }
  const std::vector<Detection> expected = testing::serial_tags(card, config, segments, rows);
  RC_CLASSIFY(!expected.empty(), "with detections");
  RC_ASSERT(streamed(card, config, segments, rows) == expected);
}

}  // namespace
}  // namespace rookery
