#include "supervisor/journal/journal_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rookery {

Status check_scores(std::int64_t id, const std::vector<Detection>& detections) {
  for (const Detection& detection : detections) {
    if (std::isfinite(detection.score)) continue;
    return Error{"journal",
                 fmt::format("recording {}: the score of label {} at {} us is {}", id,
                             detection.label, detection.start_us, detection.score),
                 ""};
  }
  return Done{};
}

Status check_vectors(std::int64_t id, const SegmentVectors& vectors, const VectorShape& earlier) {
  if (earlier.count > 0 && vectors.length != earlier.length) {
    return Error{"journal",
                 fmt::format("recording {}: vectors of length {} come after those of length {}", id,
                             vectors.length, earlier.length),
                 ""};
  }
  if (vectors.length < 1 ||
      std::ssize(vectors.values) != std::ssize(vectors.times) * vectors.length) {
    return Error{"journal",
                 fmt::format("recording {}: {} values are not {} vectors of length {}", id,
                             vectors.values.size(), vectors.times.size(), vectors.length),
                 ""};
  }
  const bool finite = std::all_of(vectors.values.begin(), vectors.values.end(),
                                  [](float value) { return std::isfinite(value); });
  return finite ? Status(Done{})
                : Error{"journal", fmt::format("recording {}: a vector is not finite", id), ""};
}

}  // namespace rookery
