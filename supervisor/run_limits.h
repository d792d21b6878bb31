// What ends a run before its inputs do.
#pragma once

#include <ctime>
#include <optional>
#include <string>

#include "rookery/exit_codes.h"
#include "rookery/result.h"
#include "rookery/run_config.h"
#include "supervisor/clock.h"
#include "supervisor/failure_budget.h"
#include "supervisor/run_observer.h"

namespace rookery {

struct RunLimits {
  std::optional<TimePoint> stop_at;  // from then on no new work is taken
  FailureBudget max_failed;
};

// `config` is one that was checked. `started` and `wall_clock` are the same moment. A time of day
// is counted from it on the steady clock, so that a clock that is set meanwhile does no harm.
RunLimits run_limits(const OperatingSettings& config, TimePoint started, std::time_t wall_clock);

struct LimitReached {
  ExitCode exit_code = kExitResumable;
  std::optional<Error> error;
  std::string why;
};
std::optional<LimitReached> limit_reached(const RunLimits& limits, const RunSnapshot& snapshot,
                                          TimePoint now);

}  // namespace rookery
