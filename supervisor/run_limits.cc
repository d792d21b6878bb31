#include "supervisor/run_limits.h"

#include <algorithm>

#include "supervisor/run_time.h"

namespace rookery {

RunLimits run_limits(const OperatingSettings& config, TimePoint started, std::time_t wall_clock) {
  RunLimits limits;
  limits.max_failed = FailureBudget::parse(config.max_failed).value_or(FailureBudget());
  if (const auto longest = parse_duration(config.max_time)) limits.stop_at = started + *longest;
  if (const auto time = parse_time_of_day(config.until)) {
    const TimePoint then = started + until(*time, wall_clock);
    limits.stop_at = std::min(limits.stop_at.value_or(then), then);
  }
  return limits;
}

}  // namespace rookery
