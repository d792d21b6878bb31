#include "supervisor/bench/comparison.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace rookery {
namespace {

constexpr double kEqualSegments = 0.01;

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Of the mean, as estimated from the values' deviations from it.
double standard_error(const std::vector<double>& values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto count = static_cast<double>(values.size());
  return std::sqrt(squares / (count - 1) / count);
}

// 0: it is not told.
double audio_seconds_a_segment(const CellResult& result) {
  const auto audio = result.metrics.find("x_real_time");
  const auto segments = result.metrics.find("segments_per_second");
  if (audio == result.metrics.end() || segments == result.metrics.end()) return 0;
  return segments->second.median > 0 ? audio->second.median / segments->second.median : 0;
}

}  // namespace

std::vector<double> speed_ratios(const CellResult& one, const CellResult& other) {
  std::vector<double> ratios;
  for (const auto& [round, speed] : one.speeds) {
    const auto same = other.speeds.find(round);
    if (same != other.speeds.end() && same->second > 0) ratios.push_back(speed / same->second);
  }
  return ratios;
}

double chance_of(const std::vector<double>& ratios) {
  if (ratios.size() < 2 || std::ranges::any_of(ratios, [](double one) { return one <= 0; })) {
    return 1;
  }
  std::vector<double> logarithms;
  for (const double ratio : ratios) logarithms.push_back(std::log(ratio));
  const double mean = mean_of(logarithms);
  const double error = standard_error(logarithms, mean);
  if (error == 0) return mean > 0 ? 0 : 1;
  const boost::math::students_t distribution(static_cast<double>(ratios.size() - 1));
  return boost::math::cdf(boost::math::complement(distribution, mean / error));
}

bool have_equal_segments(const CellResult& one, const CellResult& other) {
  const double length = audio_seconds_a_segment(one);
  const double wanted = audio_seconds_a_segment(other);
  if (length == 0 || wanted == 0) return true;
  return std::abs(length / wanted - 1) <= kEqualSegments;
}

}  // namespace rookery
