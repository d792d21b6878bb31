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

// Of the values about their mean.
double squares_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares;
}

// Empty if any ratio has none.
std::vector<double> logarithms_of(const std::vector<double>& ratios) {
  std::vector<double> logarithms;
  for (const double ratio : ratios) {
    if (ratio <= 0) return {};
    logarithms.push_back(std::log(ratio));
  }
  return logarithms;
}

// 0: it is not told.
double audio_seconds_a_segment(const CellResult& result) {
  const auto audio = metric_of(result, "x_real_time");
  const auto segments = metric_of(result, "segments_per_second");
  return audio && segments && segments->median > 0 ? audio->median / segments->median : 0;
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

RatioNoise noise_of(const std::vector<std::vector<double>>& ratios_by_cell) {
  RatioNoise noise;
  double squares = 0;
  for (const std::vector<double>& ratios : ratios_by_cell) {
    const auto logarithms = logarithms_of(ratios);
    if (logarithms.size() < 2) continue;
    squares += squares_of(logarithms);
    noise.degrees += static_cast<std::int32_t>(logarithms.size()) - 1;
  }
  if (noise.degrees > 0) noise.variance = squares / noise.degrees;
  return noise;
}

double chance_of(const std::vector<double>& ratios, const RatioNoise& noise) {
  const auto logarithms = logarithms_of(ratios);
  if (logarithms.empty() || noise.degrees == 0) return 1;
  const auto count = static_cast<double>(logarithms.size());
  const double own = count > 1 ? squares_of(logarithms) / (count - 1) : 0;
  const double error = std::sqrt(std::max(own, noise.variance) / count);
  const double mean = mean_of(logarithms);
  if (error == 0) return mean > 0 ? 0 : 1;
  const boost::math::students_t distribution(noise.degrees);
  return boost::math::cdf(boost::math::complement(distribution, mean / error));
}

bool have_equal_segments(const CellResult& one, const CellResult& other) {
  const double length = audio_seconds_a_segment(one);
  const double wanted = audio_seconds_a_segment(other);
  if (length == 0 || wanted == 0) return true;
  return std::abs(length / wanted - 1) <= kEqualSegments;
}

}  // namespace rookery
