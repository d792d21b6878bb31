#include "supervisor/journal/journal_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rookery {
namespace {

constexpr std::int64_t kLongestUs = std::int64_t{1} << 53;   // 285 years
constexpr std::int64_t kFurthestUs = std::int64_t{1} << 57;  // 4566 years either side of 1970

bool is_time(std::int64_t us) { return us >= 0 && us <= kLongestUs; }
bool is_origin(std::int64_t us) { return us >= -kFurthestUs && us <= kFurthestUs; }

}  // namespace

bool has_possible_times(const Detection& detection) {
  return is_time(detection.start_us) && is_time(detection.end_us) &&
         detection.start_us <= detection.end_us;
}

bool has_possible_times(const RecordingOutcome& outcome) {
  const auto is_possible = [](const RecordingFault& fault) {
    return is_time(fault.start_us.value_or(0)) && is_time(fault.end_us.value_or(0));
  };
  return is_time(outcome.duration_us) && is_origin(outcome.origin_us.value_or(0)) &&
         std::ranges::all_of(outcome.faults, is_possible);
}

void leave_out_impossible_origin(RecordingOutcome& outcome) {
  if (!is_origin(outcome.origin_us.value_or(0))) outcome.origin_us.reset();
}

Status check_outcome(std::int64_t id, const RecordingOutcome& outcome) {
  if (has_possible_times(outcome)) return Done{};
  return Error{"journal", fmt::format("recording {}: its times are impossible", id), ""};
}

Status check_detections(std::int64_t id, const std::vector<Detection>& detections) {
  for (const Detection& detection : detections) {
    if (!has_possible_times(detection)) {
      return Error{"journal",
                   fmt::format("recording {}: a detection from {} us to {} us is impossible", id,
                               detection.start_us, detection.end_us),
                   ""};
    }
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
