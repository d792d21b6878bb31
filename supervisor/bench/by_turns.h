// The end of a search: its best and the baseline run by turns. The search measured them at
// different times, and what drifts on the host must not count for either.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "rookery/result.h"
#include "supervisor/bench/cell_answers.h"
#include "supervisor/bench/statistics.h"

namespace rookery {

inline constexpr std::int32_t kTurnRounds = 3;

struct ByTurns {
  std::optional<Estimate> ratio;  // best over baseline, of runs of one round; none: no whole round
  std::optional<int> signal;      // SIGINT or SIGTERM came
};

// Up to kTurnRounds rounds, counted on from `first_round`, of a run of each; who begins changes. It
// ends early where there is no time for more, or a run fails.
Result<ByTurns> run_by_turns(const Cell& best, const Cell& baseline, const std::string& metric,
                             std::int32_t first_round, CellAnswers& answers,
                             const std::function<void(const std::string&)>& told);

}  // namespace rookery
