#include "supervisor/bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <utility>

namespace rookery {
namespace {

constexpr int kResamples = 2000;

}  // namespace

double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, values.size() - 1);
  const double weight = place - std::floor(place);
  if (values[below] == values[above]) return values[below];  // exact, whatever the weight
  return values[below] * (1 - weight) + values[above] * weight;
}

double median(std::vector<double> values) { return percentile(std::move(values), 0.5); }

Estimate estimate_median(const std::vector<double>& values, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> medians;
  std::vector<double> sample(values.size());
  for (int i = 0; i < kResamples; ++i) {
    for (double& one : sample) one = values[random() % values.size()];
    medians.push_back(median(sample));
  }
  return {median(values), percentile(medians, 0.025), percentile(medians, 0.975),
          static_cast<std::int32_t>(values.size())};
}

}  // namespace rookery
