// Positions at one sample rate seen from another.
#pragma once

#include <cstdint>

namespace rookery {

// Length of a recording at the model's rate: ceil(frames · model_rate / source_rate), exact for any
// length. Preconditions: frames >= 0, both rates > 0.
inline std::int64_t samples_at_model_rate(std::int64_t frames, std::int32_t source_rate,
                                          std::int32_t model_rate) {
  const std::int64_t whole_seconds = frames / source_rate;
  const std::int64_t rest = frames % source_rate;
  return whole_seconds * model_rate + (rest * model_rate + source_rate - 1) / source_rate;
}

}  // namespace rookery
