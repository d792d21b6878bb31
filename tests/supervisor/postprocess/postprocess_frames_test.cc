#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "supervisor/postprocess/postprocessor.h"
#include "tests/supervisor/core_generators.h"
#include "tests/supervisor/postprocess/postprocess_oracle.h"
#include "tests/supervisor/reference_worker.h"

namespace rookery {
namespace {

using ::rookery::testing::kNoScore;
using ::rookery::testing::kSampleRate;
using ::rookery::testing::ScoreMatrix;
using ::rookery::testing::segments_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000;

// One label, frames of a second, segments of `window` frames every `hop` frames.
ModelCard card_of_seconds(std::int64_t window = 2, std::int64_t hop = 2) {
  ModelCard card;
  card.output = OutputType::kFrames;
  card.geometry.sample_rate = kSampleRate;
  card.geometry.frame = kSampleRate;
  card.geometry.window = window * kSampleRate;
  card.geometry.hop = hop * kSampleRate;
  card.labels = {"speech"};
  return card;
}

std::vector<Detection> streamed(const ModelCard& card, const PostprocessConfig& config,
                                std::int64_t samples, const ScoreMatrix& scores) {
  const std::vector<float> floors = score_floors(card, config);
  const auto postprocessor = make_postprocessor(card, config, samples, card.geometry.frame);
  std::vector<Detection> detections;
  const auto append = [&](const std::vector<Detection>& more) {
    detections.insert(detections.end(), more.begin(), more.end());
  };
  for (const Segment& segment : segments_of(card.geometry, samples)) {
    append(postprocessor->add(segment, testing::reduced(card, segment, scores, floors)));
  }
  append(postprocessor->finish());
  std::sort(detections.begin(), detections.end(), in_row_order);
  return detections;
}

// Detections of one label over successive seconds.
std::vector<Detection> of_seconds(const PostprocessConfig& config,
                                  const std::vector<float>& scores) {
  ScoreMatrix matrix;
  for (const float score : scores) matrix.push_back({score});
  return streamed(card_of_seconds(), config, kSampleRate * std::ssize(scores), matrix);
}

TEST(FramesTest, ActiveFramesAreOneDetectionAcrossSegmentEdges) {
  EXPECT_THAT(of_seconds({}, {0, 0.5F, 0.75F, 0.5F, 0.5F, 0}),
              ElementsAre(Detection{kSecond, 5 * kSecond, 0, 0.75F}));
}

TEST(FramesTest, GoesOnDownToThresholdOffButDoesNotStartThere) {
  PostprocessConfig config;
  config.threshold_off = 0.25;
  EXPECT_THAT(of_seconds(config, {0.25F, 0.5F, 0.25F, 0.125F, 0.25F, 0}),
              ElementsAre(Detection{kSecond, 3 * kSecond, 0, 0.5F}));
}

TEST(FramesTest, ThresholdOffAboveALabelsOwnThresholdHasNoEffect) {
  PostprocessConfig config;
  config.threshold_off = 0.375;
  config.label_thresholds = {{"speech", 0.25}};
  EXPECT_THAT(of_seconds(config, {0.25F, 0.25F}), ElementsAre(Detection{0, 2 * kSecond, 0, 0.25F}));
  EXPECT_THAT(score_floors(card_of_seconds(), config), ElementsAre(0.25F));
}

TEST(FramesTest, GapShorterThanMinGapIsClosedAndOneAsLongIsNot) {
  PostprocessConfig config;
  config.min_gap_seconds = 2;
  EXPECT_THAT(
      of_seconds(config, {1, 0, 1, 0, 0, 1}),
      ElementsAre(Detection{0, 3 * kSecond, 0, 1}, Detection{5 * kSecond, 6 * kSecond, 0, 1}));
}

TEST(FramesTest, DetectionShorterThanMinDurationIsDroppedOnceGapsAreClosed) {
  PostprocessConfig config;
  config.min_duration_seconds = 3;
  config.min_gap_seconds = 1.5;
  EXPECT_THAT(of_seconds(config, {1, 0, 1, 0, 0, 1, 1, 0}),
              ElementsAre(Detection{0, 3 * kSecond, 0, 1}));
}

TEST(FramesTest, LastFrameEndsWithTheRecording) {
  const std::int64_t samples = 2 * kSampleRate + kSampleRate / 2;
  EXPECT_THAT(streamed(card_of_seconds(), {}, samples, {{0}, {1}, {1}}),
              ElementsAre(Detection{kSecond, 2 * kSecond + kSecond / 2, 0, 1}));
}

TEST(FramesTest, FramesBetweenSegmentsEndADetection) {
  EXPECT_THAT(streamed(card_of_seconds(1, 2), {}, 3 * kSampleRate, {{1}, {1}, {1}}),
              ElementsAre(Detection{0, kSecond, 0, 1}, Detection{2 * kSecond, 3 * kSecond, 0, 1}));
}

TEST(FramesTest, FinalDetectionComesWhileTheRecordingGoesOn) {
  const ModelCard card = card_of_seconds();
  const std::vector<Segment> segments = segments_of(card.geometry, 6 * kSampleRate);
  PostprocessConfig config;
  config.min_gap_seconds = 2;
  const auto postprocessor = make_postprocessor(card, config, 6 * kSampleRate, kSampleRate);
  EXPECT_THAT(postprocessor->add(segments[0], {0, {{0, 0, 1}, {1, 0, 1}}}), IsEmpty());
  EXPECT_THAT(postprocessor->add(segments[1], {1, {}}),
              ElementsAre(Detection{0, 2 * kSecond, 0, 1}));
  EXPECT_THAT(postprocessor->add(segments[2], {2, {{5, 0, 1}}}), IsEmpty());
  EXPECT_THAT(postprocessor->finish(), ElementsAre(Detection{5 * kSecond, 6 * kSecond, 0, 1}));
}

TEST(FramesTest, FloorIsTheLowerOfBothThresholds) {
  PostprocessConfig config;
  EXPECT_THAT(score_floors(card_of_seconds(), config), ElementsAre(0.5F));
  config.threshold_off = 0.25;
  config.smooth_segments = 3;  // concerns tags alone
  EXPECT_THAT(score_floors(card_of_seconds(), config), ElementsAre(0.25F));
}

RC_GTEST_PROP(FramesProperty, StreamedEqualsTheWholeRecordingAtOnce, ()) {
  const ModelCard card = testing::any_card(OutputType::kFrames);
  const PostprocessConfig config = testing::any_postprocess();
  const std::int64_t samples = *rc::gen::inRange(0, 200);
  const std::int64_t frame = card.geometry.frame;
  const auto frames = static_cast<std::size_t>((samples + frame - 1) / frame);

  ScoreMatrix scores(frames, std::vector<float>(card.labels.size(), kNoScore));
  for (const Segment& segment : segments_of(card.geometry, samples)) {
    for (std::int64_t t = segment.begin / frame; t * frame < segment.end; ++t) {
      for (float& score : scores[static_cast<std::size_t>(t)]) {
        score = static_cast<float>(testing::any_eighths(0, 9));
      }
    }
  }
  const std::vector<Detection> expected =
      testing::serial_frames(card, config, samples, frame, scores);
  RC_CLASSIFY(!expected.empty(), "with detections");
  RC_ASSERT(streamed(card, config, samples, scores) == expected);
}

}  // namespace
}  // namespace rookery
