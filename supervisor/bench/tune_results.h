// The outcome of a search: tune.json and run.yaml. docs/tuning.md documents them.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "supervisor/bench/cells.h"
#include "supervisor/bench/measured_table.h"
#include "supervisor/bench/statistics.h"
#include "supervisor/bench/tune_order.h"

namespace rookery {

// How the search's best compares with the best of a table that has every cell.
struct SweepComparison {
  SweepBest best;
  double found = 0;  // what the table has for the search's best
  double share = 0;  // 1: the search found the best
};
// nullopt if the search found nothing that keeps the limit, or the table has nothing to compare
// with.
std::optional<SweepComparison> compare_with_sweep(const nlohmann::json& findings,
                                                  const MeasuredTable& table, const Grid& grid,
                                                  const TuneOrder& order);

// The search's best; nullptr if nothing was measured, or if nothing that was keeps the limit, where
// the best is what misses it least.
const nlohmann::json* best_in_limit(const nlohmann::json& findings);

// The baseline's row; nullptr if it was not measured.
const nlohmann::json* baseline_in(const nlohmann::json& history, const Grid& grid);

// That best's cell, if the baseline was measured, too, and is another; else nullptr.
const Cell* best_beside_baseline(const nlohmann::json& findings, const Grid& grid);

struct TuneResults {
  const BenchConfig& config;
  const TuneOrder& order;
  const Grid& grid;
  nlohmann::json findings;
  std::map<std::string, std::string> host;
  std::map<std::string, std::string> versions;
  double created_seconds = 0;  // since 1970
  double spent_seconds = 0;
  std::optional<SweepComparison> sweep;
  std::optional<Estimate> against_baseline;  // the best's first goal over the baseline's, by turns
  std::int64_t runs_set_aside = 0;
  bool replayed = false;  // answered from a table: nothing was run
};

std::string to_json(const TuneResults& results);

// The best cell as `rookery run --config` takes it, in whatever folder it is started; nullopt if
// there is none that keeps the limit.
std::optional<std::string> best_run_yaml(const TuneResults& results);

}  // namespace rookery
