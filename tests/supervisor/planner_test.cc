#include "supervisor/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <utility>

#include "tests/supervisor/core_generators.h"
#include "tests/supervisor/reference_worker.h"

namespace rookery {
namespace {

using ::rookery::testing::any_geometry;
using ::rookery::testing::properties_of;
using ::rookery::testing::segments_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Range = std::pair<std::int64_t, std::int64_t>;

SegmentGeometry geometry_of(std::int64_t window, std::int64_t hop, Tail tail) {
  SegmentGeometry geometry;
  geometry.sample_rate = rookery::testing::kSampleRate;
  geometry.window = window;
  geometry.hop = hop;
  geometry.tail = tail;
  return geometry;
}

std::vector<Range> windows_of(const SegmentGeometry& geometry, std::int64_t samples) {
  std::vector<Range> windows;
  for (const Segment& s : segments_of(geometry, samples)) windows.emplace_back(s.begin, s.end);
  return windows;
}

std::vector<Range> owned_of(const SegmentGeometry& geometry, std::int64_t samples) {
  std::vector<Range> owned;
  for (const Segment& s : segments_of(geometry, samples)) {
    owned.emplace_back(s.owned_begin, s.owned_end);
  }
  return owned;
}

std::vector<std::int64_t> batch_sizes(std::int64_t segment_count, std::int32_t batch_size,
                                      Rest rest = Rest::kLadder) {
  RecordingPlan plan(geometry_of(1, 1, Tail::kDrop), properties_of(segment_count), batch_size,
                     rest);
  std::vector<std::int64_t> sizes;
  while (!plan.exhausted()) {
    for (const Batch& batch : plan.next_batches({1})) sizes.push_back(std::ssize(batch.segments));
  }
  return sizes;
}

std::int64_t round_up_to_grid(std::int64_t samples, std::int64_t frame) {
  return samples % frame == 0 ? samples : samples + frame - samples % frame;
}

// How often each sample of the recording lies in one of the ranges.
std::vector<int> times_covered(const std::vector<Range>& ranges, std::int64_t samples) {
  std::vector<int> times(static_cast<std::size_t>(samples), 0);
  for (const auto& [begin, end] : ranges) {
    for (std::int64_t i = begin; i < end; ++i) ++times.at(static_cast<std::size_t>(i));
  }
  return times;
}

TEST(PlannerTest, ShiftMovesTheLastWindowBackToTheEnd) {
  EXPECT_THAT(windows_of(geometry_of(4, 4, Tail::kShift), 10),
              ElementsAre(Range(0, 4), Range(4, 8), Range(6, 10)));
}

TEST(PlannerTest, PadLeavesTheLastWindowOnTheHop) {
  EXPECT_THAT(windows_of(geometry_of(4, 4, Tail::kPad), 10),
              ElementsAre(Range(0, 4), Range(4, 8), Range(8, 10)));
}

TEST(PlannerTest, DropLeavesTheTailOut) {
  EXPECT_THAT(windows_of(geometry_of(4, 4, Tail::kDrop), 10),
              ElementsAre(Range(0, 4), Range(4, 8)));
}

TEST(PlannerTest, NoTailWhenTheLastWindowEndsWithTheRecording) {
  for (const Tail tail : {Tail::kShift, Tail::kPad, Tail::kDrop}) {
    EXPECT_THAT(windows_of(geometry_of(4, 4, tail), 8), ElementsAre(Range(0, 4), Range(4, 8)));
  }
}

TEST(PlannerTest, RecordingShorterThanAWindowIsOneSegmentUnlessDropped) {
  EXPECT_THAT(windows_of(geometry_of(4, 4, Tail::kShift), 3), ElementsAre(Range(0, 3)));
  EXPECT_THAT(windows_of(geometry_of(4, 4, Tail::kPad), 3), ElementsAre(Range(0, 3)));
  EXPECT_THAT(windows_of(geometry_of(4, 4, Tail::kDrop), 3), IsEmpty());
}

TEST(PlannerTest, EmptyRecordingHasNoSegments) {
  for (const Tail tail : {Tail::kShift, Tail::kPad, Tail::kDrop}) {
    EXPECT_THAT(windows_of(geometry_of(4, 4, tail), 0), IsEmpty());
  }
}

TEST(PlannerTest, PadPlansNothingBeyondTheEndWhenHopExceedsWindow) {
  EXPECT_THAT(windows_of(geometry_of(4, 10, Tail::kPad), 8), ElementsAre(Range(0, 4)));
  EXPECT_THAT(windows_of(geometry_of(4, 10, Tail::kPad), 11),
              ElementsAre(Range(0, 4), Range(10, 11)));
}

TEST(PlannerTest, ShiftReachesTheEndAlsoWhenHopExceedsWindow) {
  EXPECT_THAT(windows_of(geometry_of(4, 10, Tail::kShift), 8),
              ElementsAre(Range(0, 4), Range(4, 8)));
  EXPECT_THAT(windows_of(geometry_of(4, 10, Tail::kShift), 6),
              ElementsAre(Range(0, 4), Range(2, 6)));
}

TEST(PlannerTest, OverlappingWindowsShareTheirOverlapInTheMiddle) {
  EXPECT_THAT(owned_of(geometry_of(6, 2, Tail::kShift), 10),
              ElementsAre(Range(0, 4), Range(4, 6), Range(6, 10)));
}

TEST(PlannerTest, SeamsLieOnTheFrameGrid) {
  SegmentGeometry geometry = geometry_of(20, 15, Tail::kShift);
  geometry.frame = 5;
  EXPECT_THAT(owned_of(geometry, 47), ElementsAre(Range(0, 15), Range(15, 30), Range(30, 47)));
}

TEST(PlannerTest, ContextIsTakenFromBothSidesAndFromWithinAtTheEdges) {
  SegmentGeometry geometry = geometry_of(4, 4, Tail::kShift);
  geometry.context_left = 3;
  geometry.context_right = 2;
  std::vector<std::int64_t> input_begins;
  for (const Segment& s : segments_of(geometry, 12)) input_begins.push_back(s.input_begin);
  EXPECT_THAT(input_begins, ElementsAre(0, 1, 3));
}

TEST(PlannerTest, LengthAtTheModelsRateIsRoundedUp) {
  RecordingProperties properties;
  properties.frames = 44'101;
  properties.sample_rate = 44'100;
  SegmentGeometry geometry = geometry_of(16'000, 16'000, Tail::kShift);
  geometry.sample_rate = 16'000;
  EXPECT_EQ(RecordingPlan(geometry, properties, 1).recording_samples(), 16'001);
}

TEST(PlannerTest, RestAfterFullBatchesGoesDownALadderOfPowersOfTwo) {
  EXPECT_THAT(batch_sizes(13, 8), ElementsAre(8, 4, 1));
  EXPECT_THAT(batch_sizes(13, 6), ElementsAre(6, 6, 1));
  EXPECT_THAT(batch_sizes(23, 12), ElementsAre(12, 8, 2, 1));
  EXPECT_THAT(batch_sizes(7, 8), ElementsAre(4, 2, 1));
  EXPECT_THAT(batch_sizes(12, 6), ElementsAre(6, 6));
}

TEST(PlannerTest, MixedRestIsOneBatch) {
  EXPECT_THAT(batch_sizes(13, 8, Rest::kMixed), ElementsAre(8, 5));
  EXPECT_THAT(batch_sizes(7, 8, Rest::kMixed), ElementsAre(7));
  EXPECT_THAT(batch_sizes(12, 6, Rest::kMixed), ElementsAre(6, 6));
  EXPECT_THAT(batch_sizes(2, 1, Rest::kMixed), ElementsAre(1, 1));
}

TEST(PlannerTest, MixedRestComesAlone) {
  RecordingPlan plan(geometry_of(1, 1, Tail::kDrop), properties_of(21), 8, Rest::kMixed);
  EXPECT_FALSE(plan.at_mixed_rest());
  EXPECT_EQ(plan.next_batches({100}).size(), 2U);
  EXPECT_TRUE(plan.at_mixed_rest());
  EXPECT_EQ(plan.next_batches({1}).front().segments.size(), 5U);
  EXPECT_TRUE(plan.exhausted());
}

RC_GTEST_PROP(PlannerProperty, OwnedRangesTileWhatTheWindowsCover, ()) {
  const SegmentGeometry geometry = any_geometry();
  const std::int64_t samples = *rc::gen::inRange(0, 300);
  const std::vector<int> by_windows = times_covered(windows_of(geometry, samples), samples);
  const std::vector<int> by_owned = times_covered(owned_of(geometry, samples), samples);
  for (std::size_t i = 0; i < by_windows.size(); ++i) {
    RC_ASSERT(by_owned[i] == (by_windows[i] > 0 ? 1 : 0));
  }
}

RC_GTEST_PROP(PlannerProperty, EverySampleIsCoveredUnlessTheGeometryLeavesItOut, ()) {
  SegmentGeometry geometry = any_geometry();
  geometry.hop = std::min(geometry.hop, geometry.window);
  const std::int64_t samples = *rc::gen::inRange(0, 300);
  const std::vector<int> times = times_covered(windows_of(geometry, samples), samples);
  const auto missed = std::count(times.begin(), times.end(), 0);
  if (geometry.tail != Tail::kDrop) {
    RC_ASSERT(missed == 0);
  } else if (samples >= geometry.window) {
    RC_ASSERT(missed < geometry.hop);
  }
}

RC_GTEST_PROP(PlannerProperty, SegmentsAdvanceOnTheGridAndAreNeverEmpty, ()) {
  const SegmentGeometry geometry = any_geometry();
  const std::int64_t samples = *rc::gen::inRange(0, 300);
  std::int64_t last_begin = -1;
  std::int64_t index = 0;
  for (const Segment& s : segments_of(geometry, samples)) {
    RC_ASSERT(s.index == index++);
    RC_ASSERT(s.begin > last_begin);
    last_begin = s.begin;
    RC_ASSERT(s.begin % geometry.frame == 0);
    RC_ASSERT(s.input_begin % geometry.frame == 0);
    RC_ASSERT(s.owned_begin % geometry.frame == 0);
    RC_ASSERT(s.owned_begin < s.owned_end);
    RC_ASSERT(s.end <= samples);
    RC_ASSERT(s.end - s.begin <= geometry.window);
  }
}

RC_GTEST_PROP(PlannerProperty, InputHoldsTheOwnedPartWhichLiesInTheWindow, ()) {
  const SegmentGeometry geometry = any_geometry();
  for (const Segment& s : segments_of(geometry, *rc::gen::inRange(0, 300))) {
    RC_ASSERT(s.begin <= s.owned_begin);
    RC_ASSERT(s.owned_end <= s.end);
    RC_ASSERT(0 <= s.input_begin);
    RC_ASSERT(s.input_begin <= s.begin);
    RC_ASSERT(s.end <= s.input_begin + geometry.input_samples());
  }
}

RC_GTEST_PROP(PlannerProperty, WindowHasItsFullContextWhereTheRecordingGivesIt, ()) {
  const SegmentGeometry geometry = any_geometry();
  const std::int64_t samples = *rc::gen::inRange(0, 300);
  for (const Segment& s : segments_of(geometry, samples)) {
    const std::int64_t wanted = s.begin - geometry.context_left;
    if (wanted < 0 || wanted + geometry.input_samples() > samples) continue;
    RC_ASSERT(s.input_begin == wanted);
  }
}

RC_GTEST_PROP(PlannerProperty, NoPaddingButTheLastFrameWhenTheRecordingIsLongEnough, ()) {
  const SegmentGeometry geometry = any_geometry();
  const std::int64_t samples = geometry.input_samples() + *rc::gen::inRange(0, 300);
  const std::int64_t grid_samples = round_up_to_grid(samples, geometry.frame);
  for (const Segment& s : segments_of(geometry, samples)) {
    const bool padded_tail =
        geometry.tail == Tail::kPad && s.begin + geometry.window > grid_samples;
    if (padded_tail) {
      RC_ASSERT(s.input_begin == std::max<std::int64_t>(0, s.begin - geometry.context_left));
    } else {
      RC_ASSERT(s.input_begin + geometry.input_samples() <= grid_samples);
    }
  }
}

RC_GTEST_PROP(PlannerProperty, BatchesDoNotDependOnHowTheyAreAskedFor, ()) {
  const SegmentGeometry geometry = any_geometry();
  RecordingProperties properties = properties_of(*rc::gen::inRange(0, 300));
  const std::int32_t batch_size = *rc::gen::inRange(1, 20);
  const Rest rest = *rc::gen::element(Rest::kLadder, Rest::kMixed);
  RecordingPlan one_by_one(geometry, properties, batch_size, rest);
  properties.channels = 2;
  properties.format = "another";
  RecordingPlan at_random(geometry, properties, batch_size, rest);

  std::vector<Batch> expected;
  while (!one_by_one.exhausted()) expected.push_back(one_by_one.next_batches({1}).front());
  std::vector<Batch> batches;
  while (!at_random.exhausted()) {
    for (Batch& batch :
         at_random.next_batches({*rc::gen::inRange(1, 60), *rc::gen::inRange(1, 5)})) {
      batches.push_back(std::move(batch));
    }
  }
  RC_ASSERT(batches == expected);
}

RC_GTEST_PROP(PlannerProperty, BatchesHoldEverySegmentOnceInOrder, ()) {
  const SegmentGeometry geometry = any_geometry();
  const std::int64_t samples = *rc::gen::inRange(0, 300);
  RecordingPlan plan(geometry, properties_of(samples), *rc::gen::inRange(1, 20),
                     *rc::gen::element(Rest::kLadder, Rest::kMixed));
  std::vector<Segment> batched;
  while (!plan.exhausted()) {
    for (const Batch& batch : plan.next_batches({*rc::gen::inRange(1, 60)})) {
      batched.insert(batched.end(), batch.segments.begin(), batch.segments.end());
    }
  }
  RC_ASSERT(batched == segments_of(geometry, samples));
}

}  // namespace
}  // namespace rookery
