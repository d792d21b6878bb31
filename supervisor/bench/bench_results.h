// The outcome of a bench: results.json and results.csv. docs/bench.md documents every key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/cell_results.h"
#include "supervisor/bench/cells.h"
#include "supervisor/bench/outputs_compared.h"

namespace rookery {

struct BenchResults {
  std::map<std::string, std::string> host;
  std::map<std::string, std::string> versions;
  double created_seconds = 0;  // since 1970
  double spent_seconds = 0;
  bool finished = false;  // nothing is left to be run
  std::int64_t runs_set_aside = 0;
  Grid grid;
  std::vector<CellResult> cells;  // one for each of the grid's
  std::vector<OutputGroup> groups;
  std::vector<std::string> answer;

  // nullptr if the cell gave no output.
  const OutputGroup* group_with(std::size_t cell) const;
};

// "measured", "wide", "over_budget", "failed" or "not_reached".
std::string state_name(CellState state);

std::string to_json(const BenchConfig& config, const BenchResults& results);

// A line for each cell: settings, state, then median, low and high of every metric that any has,
// then how its output compares.
std::string to_csv(const BenchResults& results);

}  // namespace rookery
