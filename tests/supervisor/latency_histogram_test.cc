#include "supervisor/latency_histogram.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace rookery {
namespace {

// The least of `times` that at least the share of them do not exceed.
double oracle(std::vector<double> times, double share) {
  std::sort(times.begin(), times.end());
  const double rank = std::max(1.0, std::ceil(share * static_cast<double>(times.size())));
  return times[static_cast<std::size_t>(rank) - 1];
}

// From a microsecond to 11 days, all orders of magnitude alike.
rc::Gen<double> some_time() {
  return rc::gen::map(rc::gen::inRange(-6'000, 6'000),
                      [](int milli) { return std::pow(10.0, milli / 1000.0); });
}

RC_GTEST_PROP(LatencyHistogram, QuantilesAreThoseOfTheSortedTimesToTwoPercent, ()) {
  const auto weights = *rc::gen::nonEmpty<std::vector<int>>(
      rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 9)));
  LatencyHistogram histogram;
  std::vector<double> times;
  for (const int weight : weights) {
    const double time = *some_time();
    histogram.add(time, weight);
    times.insert(times.end(), static_cast<std::size_t>(weight), time);
  }
  for (const double share : {0.0, 0.5, 0.9, 0.99, 1.0}) {
    const double expected = oracle(times, share);
    RC_ASSERT(std::abs(histogram.quantile(share) - expected) <= 0.02 * expected);
  }
}

TEST(LatencyHistogram, OfNothingIsZero) { EXPECT_EQ(LatencyHistogram().quantiles(), Quantiles{}); }

TEST(LatencyHistogram, TimesOutsideItsRangeCountAsItsEnds) {
  LatencyHistogram histogram;
  histogram.add(-1, 1);
  histogram.add(0, 1);
  EXPECT_NEAR(histogram.quantile(1), 1e-6, 2e-8);
  histogram.add(1e300, 2);
  EXPECT_NEAR(histogram.quantile(1), 1e6, 2e4);
}

}  // namespace
}  // namespace rookery
