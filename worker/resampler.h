// Sample-rate conversion by soxr of one piece of a signal at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "rookery/result.h"

namespace rookery {

enum class ResamplerQuality { kLow, kMedium, kHigh, kVeryHigh };

// "lq", "mq", "hq" or "vhq", as in ResultSettings::resampler. Error stage "config".
Result<ResamplerQuality> parse_resampler_quality(const std::string& text);

// Two sample rates in Hz and what they have in common.
struct RatePair {
  std::int32_t source = 0;
  std::int32_t target = 0;

  // Shortest stretch that is a whole number of samples at both rates, in source and target samples.
  std::int64_t source_period() const;
  std::int64_t target_period() const;
};

// Resamples `in` as a signal of its own with silence on both sides, so the same input gives the
// same bits. out[k] is the signal at source position k · source / target; what `in` does not reach
// is zero. Error stage "resample" (soxr out of memory).
Status resample(const RatePair& rates, ResamplerQuality quality, std::span<const float> in,
                std::span<float> out);

// How far an output sample sees to either side, in source samples, rounded up to whole periods:
// with so much context a piece equals the same part of the whole signal's pass to 3e-7.
std::int64_t context_frames(const RatePair& rates);

}  // namespace rookery
