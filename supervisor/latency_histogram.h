// Quantiles of times in bounded memory: a histogram whose buckets are each 2% wider than the last.
// Pure; not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

namespace rookery {

// In seconds; 0 where nothing was counted.
struct Quantiles {
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;

  bool operator==(const Quantiles&) const = default;
};

class LatencyHistogram {
 public:
  LatencyHistogram();

  // `weight` times `seconds`. Outside a microsecond to 11 days it counts as the nearer of these.
  void add(double seconds, std::int64_t weight = 1);
  // The least time that at least this share (0 to 1) of all do not exceed, to 1%; 0 without any.
  double quantile(double share) const;
  Quantiles quantiles() const { return {quantile(0.5), quantile(0.9), quantile(0.99)}; }

 private:
  std::vector<std::int64_t> buckets_;
  std::int64_t total_ = 0;
};

}  // namespace rookery
