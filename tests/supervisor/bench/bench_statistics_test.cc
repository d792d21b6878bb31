#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "supervisor/bench/statistics.h"

namespace rookery {
namespace {

std::vector<double> some_values() {
  const auto whole =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1'000'000)));
  return {whole.begin(), whole.end()};
}

TEST(Percentile, LiesLinearlyBetweenTheNearestValues) {
  EXPECT_EQ(percentile({4, 1, 3, 2}, 0), 1);
  EXPECT_EQ(percentile({4, 1, 3, 2}, 1), 4);
  EXPECT_EQ(percentile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(percentile({10, 20}, 0.25), 12.5);
  EXPECT_EQ(percentile({7}, 0.99), 7);
}

RC_GTEST_PROP(Median, HasHalfOfTheValuesOnEitherSide, ()) {
  const auto values = some_values();
  const double middle = median(values);
  const auto half = static_cast<std::ptrdiff_t>(values.size() / 2);
  RC_ASSERT(std::count_if(values.begin(), values.end(), [&](double v) { return v < middle; }) <=
            half);
  RC_ASSERT(std::count_if(values.begin(), values.end(), [&](double v) { return v > middle; }) <=
            half);
}

RC_GTEST_PROP(EstimateOfTheMedian, HoldsItAndStaysAmongTheValues, ()) {
  const auto values = some_values();
  const Estimate estimate = estimate_median(values);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  RC_ASSERT(*least <= estimate.low);
  RC_ASSERT(estimate.low <= estimate.median);
  RC_ASSERT(estimate.median <= estimate.high);
  RC_ASSERT(estimate.high <= *most);
  RC_ASSERT(estimate.runs == static_cast<std::int32_t>(values.size()));
}

RC_GTEST_PROP(EstimateOfTheMedian, GrowsWithTheUnit, ()) {
  auto values = some_values();
  const Estimate before = estimate_median(values);
  for (double& value : values) value *= 1024;
  const Estimate after = estimate_median(values);
  RC_ASSERT(after.median == before.median * 1024);
  RC_ASSERT(after.low == before.low * 1024);
  RC_ASSERT(after.high == before.high * 1024);
}

TEST(EstimateOfTheMedian, IsTheSameEachTime) {
  const std::vector<double> values = {3, 1, 4, 1, 5, 9, 2, 6};
  EXPECT_EQ(estimate_median(values), estimate_median(values));
}

// Of n equal draws the interval must be as narrow as they are.
TEST(EstimateOfTheMedian, IsAPointForEqualValues) {
  const Estimate estimate = estimate_median({2, 2, 2, 2, 2});
  EXPECT_EQ(estimate, (Estimate{2, 2, 2, 5}));
  EXPECT_EQ(estimate.spread(), 0);
}

// The exact distribution of a bootstrap median of seven: it is at most the i-th value if four or
// more of seven draws are, each with probability i/7. At most the first: 1.0%; the second: 11%.
TEST(EstimateOfTheMedian, HasTheBoundsOfTheExactDistribution) {
  const Estimate estimate = estimate_median({1, 2, 3, 4, 5, 6, 7});
  EXPECT_EQ(estimate.low, 2);
  EXPECT_EQ(estimate.median, 4);
  EXPECT_EQ(estimate.high, 6);
}

// One outlier of nine must not decide the interval: that is what a median is for.
TEST(EstimateOfTheMedian, ShrugsOffOneOutlier) {
  const Estimate estimate = estimate_median({10, 11, 10, 12, 11, 10, 11, 12, 1000});
  EXPECT_EQ(estimate.median, 11);
  EXPECT_LE(estimate.high, 12);
}

}  // namespace
}  // namespace rookery
