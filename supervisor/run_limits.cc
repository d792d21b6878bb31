#include "supervisor/run_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

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

std::optional<LimitReached> limit_reached(const RunLimits& limits, const RunSnapshot& snapshot,
                                          TimePoint now) {
  const std::int64_t ended = snapshot.done + snapshot.failed;
  if (limits.max_failed.exceeded(snapshot.failed, ended)) {
    const std::string why = fmt::format(
        "{} of {} recordings have failed, more than max_failed allows", snapshot.failed, ended);
    return LimitReached{kExitCannotGoOn,
                        Error{"run", why, "look into errors.jsonl, then run again"}, why};
  }
  if (limits.stop_at && now >= *limits.stop_at) {
    return LimitReached{kExitResumable, std::nullopt, "the run's time is over"};
  }
  return std::nullopt;
}

}  // namespace rookery
