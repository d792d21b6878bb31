// The outcome of a search: tune.json, run.yaml and the answer in words. docs/tuning.md documents
// them.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

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
// nullopt if the search found nothing, or the table has nothing to compare with.
std::optional<SweepComparison> compare_with_sweep(const nlohmann::json& findings,
                                                  const MeasuredTable& table, const Grid& grid,
                                                  const TuneOrder& order);

// The best cell of a search, if it and the baseline were measured and are two; else nullptr.
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
};

std::vector<std::string> answer_of_search(const TuneResults& results);
std::string to_json(const TuneResults& results);

// The best cell as `rookery run --config` takes it; nullopt if there is none.
std::optional<std::string> best_run_yaml(const TuneResults& results);

}  // namespace rookery
