// The reducer keeps exactly the scores that post-processing may need, told for the recording's
// frames.
#include "worker/reducer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace rookery {
namespace {

constexpr float kDense = -std::numeric_limits<float>::infinity();

Segment segment_of(std::int64_t index, std::int64_t input_begin, std::int64_t owned_begin,
                   std::int64_t owned_end) {
  Segment segment;
  segment.index = index;
  segment.input_begin = input_begin;
  segment.owned_begin = owned_begin;
  segment.owned_end = owned_end;
  return segment;
}

// Asks of every sample of the owned range which frame it lies in.
SegmentScores oracle(const Segment& segment, std::int64_t samples_per_frame,
                     const std::vector<float>& floors, const std::vector<float>& scores) {
  SegmentScores expected;
  expected.segment_index = segment.index;
  const auto labels = floors.size();
  for (std::size_t at = 0; at < scores.size(); ++at) {
    const auto row = static_cast<std::int64_t>(at / labels);
    const std::int64_t frame_begin = segment.input_begin + row * samples_per_frame;
    const bool owned = frame_begin >= segment.owned_begin && frame_begin < segment.owned_end;
    if (!owned || !(scores[at] >= floors[at % labels])) continue;
    expected.scores.push_back(
        {frame_begin / samples_per_frame, static_cast<std::int32_t>(at % labels), scores[at]});
  }
  return expected;
}

RC_GTEST_PROP(Reducer, KeepsOwnedFramesAtOrAboveTheFloor, ()) {
  const auto spf = *rc::gen::inRange<std::int64_t>(1, 7);
  const auto frames = *rc::gen::inRange<std::int64_t>(1, 12);
  const auto labels = *rc::gen::inRange<std::size_t>(1, 4);
  const auto first = *rc::gen::inRange<std::int64_t>(-5, 50);
  const auto begin = *rc::gen::inRange<std::int64_t>(0, frames);
  const auto length = *rc::gen::inRange<std::int64_t>(0, (frames - begin) * spf + 1);
  const Segment segment =
      segment_of(7, first * spf, (first + begin) * spf, (first + begin) * spf + length);
  const auto tenths =
      rc::gen::map(rc::gen::inRange(-10, 11), [](int i) { return static_cast<float>(i) / 10.0f; });
  const auto floors = *rc::gen::container<std::vector<float>>(labels, tenths);
  const auto scores =
      *rc::gen::container<std::vector<float>>(labels * static_cast<std::size_t>(frames), tenths);

  const auto reduced = Reducer(OutputType::kFrames, spf, floors).reduce(segment, scores);
  RC_ASSERT(reduced.ok());
  RC_ASSERT(*reduced == oracle(segment, spf, floors, scores));
}

TEST(Reducer, NumbersTagsByTheirSegment) {
  const Reducer reducer(OutputType::kTags, 1, {0.5f, 0.9f, kDense});
  const auto reduced =
      reducer.reduce(segment_of(4, 4000, 4000, 5000), std::vector{0.5f, 0.89f, -3.f});
  ASSERT_TRUE(reduced);
  EXPECT_EQ(reduced->segment_index, 4);
  EXPECT_EQ(reduced->scores, (std::vector<FrameScore>{{4, 0, 0.5f}, {4, 2, -3.f}}));
}

TEST(Reducer, AFloorOfMinusInfinityKeepsEvenMinusInfinity) {
  const Reducer reducer(OutputType::kTags, 1, {kDense});
  const auto reduced = reducer.reduce(segment_of(0, 0, 0, 1), std::vector{kDense});
  ASSERT_TRUE(reduced);
  EXPECT_EQ(reduced->scores.size(), 1u);
}

TEST(Reducer, RefusesNanNamingLabelAndFrame) {
  const Reducer reducer(OutputType::kFrames, 10, {0.5f, 0.5f});
  const auto reduced =
      reducer.reduce(segment_of(3, 100, 100, 120), std::vector{0.f, 0.f, 0.f, std::nanf("")});
  ASSERT_FALSE(reduced);
  EXPECT_EQ(reduced.error().stage, "forward");
  EXPECT_EQ(reduced.error().reason, "the model gives NaN for label 1 in frame 11 of segment 3");
}

TEST(Reducer, RefusesInfiniteNumbersButForALabelThatIsRuledOut) {
  const float infinite = std::numeric_limits<float>::infinity();
  const auto reduced = [](OutputType output, float number, float floor = 0.5F) {
    return Reducer(output, 10, {floor}).reduce(segment_of(3, 0, 0, 10), std::vector{number});
  };
  EXPECT_EQ(reduced(OutputType::kTags, infinite).error().stage, "forward");
  EXPECT_TRUE(reduced(OutputType::kTags, -infinite));
  EXPECT_TRUE(reduced(OutputType::kFrames, -infinite));
  EXPECT_FALSE(reduced(OutputType::kFrames, -infinite, -infinite)) << "every frame is kept";
  EXPECT_FALSE(reduced(OutputType::kEmbedding, infinite));
  EXPECT_FALSE(reduced(OutputType::kEmbedding, -infinite));
}

TEST(Reducer, DoesNotMindNanInTheContext) {
  const Reducer reducer(OutputType::kFrames, 10, {0.5f});
  EXPECT_TRUE(reducer.reduce(segment_of(3, 100, 110, 120), std::vector{std::nanf(""), 0.7f}));
}

}  // namespace
}  // namespace rookery
