// The cells of a bench: combinations of values, each measured by itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rookery/result.h"
#include "rookery/run_config.h"
#include "supervisor/bench/bench_config.h"

namespace rookery {

struct Cell {
  std::string id;                 // "workers=1 engine=processes"
  std::vector<Setting> settings;  // one for each key, in the order of Grid::keys
  bool oversubscribed = false;    // more threads that compute than cores
  int busy_cores = 1;             // that these threads keep busy
};

struct Grid {
  std::vector<VariedKey> keys;  // of the matrix, then of vary
  std::vector<Cell> cells;      // without those that are excluded; the order is the config's
  std::size_t baseline = 0;

  std::optional<std::size_t> find(const std::string& id) const;
};

// Matrix and vary without exclude. A key that is named twice, and a name or value in exclude,
// baseline or figures that no cell has, is an error of stage "config" that tells the nearest.
Result<Grid> make_grid(const BenchConfig& config);

// Those that differ from the baseline in a key of `vary`, and the baseline.
std::vector<std::size_t> cells_of_vary(const BenchConfig& config, const Grid& grid);

// What `rookery run` is given for a cell, in this order; for one that is oversubscribed that it may
// be. A cell's value takes the place of the config's for all cells.
std::vector<Setting> run_settings(const BenchConfig& config, const Cell& cell);

// The same as YAML that `rookery run --config` takes.
std::string run_yaml(const std::vector<Setting>& settings);

// Builds the run config of every cell, and notes what of `cores` cores it keeps busy. The Error
// names key and value.
Status check_cells(const BenchConfig& config, Grid& grid, int cores);

}  // namespace rookery
