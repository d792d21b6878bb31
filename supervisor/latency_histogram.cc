#include "supervisor/latency_histogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace rookery {
namespace {

constexpr double kLowest = 1e-6;
constexpr double kHighest = 1e6;
constexpr double kGrowth = 1.02;

std::size_t bucket_of(double seconds) {
  const double clamped = std::clamp(seconds, kLowest, kHighest);
  return static_cast<std::size_t>(std::log(clamped / kLowest) / std::log(kGrowth));
}

// The geometric middle, which is within half a bucket's width of all that is in it.
double middle_of(std::size_t bucket) {
  return kLowest * std::pow(kGrowth, static_cast<double>(bucket) + 0.5);
}

}  // namespace

LatencyHistogram::LatencyHistogram() : buckets_(bucket_of(kHighest) + 1) {}

void LatencyHistogram::add(double seconds, std::int64_t weight) {
  buckets_[bucket_of(seconds)] += weight;
  total_ += weight;
}

double LatencyHistogram::quantile(double share) const {
  if (total_ == 0) return 0;
  const double wanted = std::max(1.0, std::ceil(share * static_cast<double>(total_)));
  double seen = 0;
  std::size_t bucket = 0;
  for (; bucket + 1 < buckets_.size(); ++bucket) {
    seen += static_cast<double>(buckets_[bucket]);
    if (seen >= wanted) break;
  }
  return middle_of(bucket);
}

}  // namespace rookery
