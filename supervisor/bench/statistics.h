// Numbers about repeated measurements. Pure; randomness is seeded.
#pragma once

#include <cstdint>
#include <vector>

namespace rookery {

// Linear between the two nearest values; `share` from 0 to 1. Precondition: values not empty.
double percentile(std::vector<double> values, double share);

double median(std::vector<double> values);

// A median and the 95% interval that the bootstrap gives it: the 2.5th and 97.5th percentile of the
// medians of samples drawn with replacement (Efron 1979). Of up to five values that is their range,
// which holds the true median in 1 − 2^(1−n) of all cases: 75% with three values, 94% with five.
struct Estimate {
  double median = 0;
  double low = 0;
  double high = 0;
  std::int32_t runs = 0;

  // (high − low) / median.
  double spread() const { return median > 0 ? (high - low) / median : 0; }
  bool operator==(const Estimate&) const = default;
};

// The same for the same values and seed. Precondition: values not empty.
Estimate estimate_median(const std::vector<double>& values, std::uint64_t seed = 1);

}  // namespace rookery
