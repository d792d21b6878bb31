// One `rookery tune`: the search asks, cells are measured, the search is told.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "supervisor/bench/cell_answers.h"
#include "supervisor/bench/search_process.h"
#include "supervisor/bench/tune_order.h"

namespace rookery {

struct TuneOutcome {
  nlohmann::json findings;    // the search's last word; null if a signal ended it
  std::optional<int> signal;  // that ended it
};

// What a person is shown: "cell 5 of 24 · workers=2 engine=threads".
using TuneTold = std::function<void(const std::string&)>;

// What the search is started with: the space, the objective and its limits.
nlohmann::json search_start(const BenchConfig& config, const Grid& grid, const TuneOrder& order);

// Errors have stage "tune", or are those of the answers.
Result<TuneOutcome> search_with(SearchProcess& search, const nlohmann::json& start,
                                const Grid& grid, CellAnswers& answers, const TuneTold& told);

// The grid's cell with these settings. An Error if the search made one up.
Result<const Cell*> cell_with(const Grid& grid, const nlohmann::json& settings);

}  // namespace rookery
