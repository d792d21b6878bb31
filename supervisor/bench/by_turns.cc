#include "supervisor/bench/by_turns.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace rookery {

Result<ByTurns> run_by_turns(const Cell& best, const Cell& baseline, const std::string& metric,
                             std::int32_t first_round, CellAnswers& answers,
                             const std::function<void(const std::string&)>& told) {
  std::vector<double> ratios;
  std::array<const Cell*, 2> order = {&best, &baseline};
  for (std::int32_t round = 0; round < kTurnRounds; ++round) {
    std::map<const Cell*, double> values;
    for (const Cell* cell : order) {
      told(fmt::format("best and baseline by turns, round {} of {} · {}", round + 1, kTurnRounds,
                       cell->id));
      const auto answer = answers.answer(*cell, first_round + round);
      if (!answer) return answer.error();
      if (answer->signal) return ByTurns{{}, answer->signal};
      const auto value = answer->metrics.find(metric);
      if (value != answer->metrics.end() && value->second > 0) values[cell] = value->second;
    }
    if (values.size() < order.size()) break;
    ratios.push_back(values[&best] / values[&baseline]);
    std::swap(order[0], order[1]);
  }
  if (ratios.empty()) return ByTurns{};
  return ByTurns{estimate_median(ratios), {}};
}

}  // namespace rookery
