#include "supervisor/merger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <stdexcept>

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Scores that tell which segment they belong to and which answer they came with.
SegmentScores result_of(std::int64_t segment, float answer = 0) {
  return {segment, {{segment, 0, answer}}};
}

std::vector<SegmentScores> results_of(const std::vector<std::int64_t>& segments) {
  std::vector<SegmentScores> results;
  results.reserve(segments.size());
  for (const std::int64_t segment : segments) results.push_back(result_of(segment));
  return results;
}

TEST(MergerTest, HoldsBackWhatHasAGapBeforeIt) {
  Merger merger(3);
  EXPECT_THAT(merger.add(results_of({1, 2})), IsEmpty());
  EXPECT_GE(merger.held_back_bytes(),
            std::int64_t{2 * (sizeof(SegmentScores) + sizeof(FrameScore))});
  EXPECT_EQ(merger.released(), 0);
  EXPECT_THAT(merger.add(results_of({0})), ElementsAre(result_of(0), result_of(1), result_of(2)));
  EXPECT_EQ(merger.held_back_bytes(), 0);
  EXPECT_TRUE(merger.complete());
}

TEST(MergerTest, SecondAnswerForASegmentIsIgnoredWhetherReleasedOrHeldBack) {
  Merger merger(3);
  EXPECT_THAT(merger.add({result_of(0)}), ElementsAre(result_of(0)));
  EXPECT_THAT(merger.add({result_of(2, 1)}), IsEmpty());
  EXPECT_THAT(merger.add({result_of(0, 2), result_of(2, 2)}), IsEmpty());
  EXPECT_THAT(merger.add({result_of(1)}), ElementsAre(result_of(1), result_of(2, 1)));
}

TEST(MergerTest, RecordingWithoutSegmentsIsCompleteAtOnce) { EXPECT_TRUE(Merger(0).complete()); }

TEST(MergerTest, IndexOutsideTheRecordingThrows) {
  Merger merger(2);
  EXPECT_THROW(merger.add({result_of(2)}), std::out_of_range);
  EXPECT_THROW(merger.add({result_of(-1)}), std::out_of_range);
}

RC_GTEST_PROP(MergerProperty, AnyOrderWithRepeatsIsReleasedOnceInSegmentOrder, ()) {
  const std::int64_t count = *rc::gen::inRange(1, 40);
  auto arrivals =
      *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, count));
  std::vector<std::int64_t> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  const std::vector<std::int64_t> each_once = *rc::gen::exec([all] {
    std::vector<std::int64_t> rest = all;
    std::vector<std::int64_t> shuffled;
    while (!rest.empty()) {
      const auto at = rest.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(rest));
      shuffled.push_back(*at);
      rest.erase(at);
    }
    return shuffled;
  });
  arrivals.insert(arrivals.end(), each_once.begin(), each_once.end());

  Merger merger(count);
  std::vector<SegmentScores> released;
  for (const std::int64_t segment : arrivals) {
    for (SegmentScores& scores : merger.add({result_of(segment)})) {
      released.push_back(std::move(scores));
    }
    RC_ASSERT(merger.released() == std::ssize(released));
  }
  RC_ASSERT(merger.held_back_bytes() == 0);
  RC_ASSERT(released == results_of(all));
  RC_ASSERT(merger.complete());
}

}  // namespace
}  // namespace rookery
