#include "worker/prepare/step_verdict.h"

#include <fmt/format.h>

namespace rookery {
namespace {

constexpr double kFasterThan = 0.99;  // of the time before

}  // namespace

Verdict judge_step(const Speeds& speeds, double difference, double tolerance) {
  const std::string times =
      fmt::format("{:.2f} → {:.2f} ms a segment", speeds.before_ms, speeds.after_ms);
  if (!(difference <= tolerance)) {
    return {false, fmt::format("scores differ by {:.2g}, tolerance {:.2g}; {}", difference,
                               tolerance, times)};
  }
  if (speeds.after_ms > kFasterThan * speeds.before_ms) {
    return {false, fmt::format("not faster: {}", times)};
  }
  return {true, fmt::format("{}, scores differ by {:.2g}", times, difference)};
}

}  // namespace rookery
