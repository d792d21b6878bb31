// What the runs of each cell come to. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/bench/cells.h"
#include "supervisor/bench/run_record.h"
#include "supervisor/bench/schedule.h"
#include "supervisor/bench/statistics.h"

namespace rookery {

struct CellResult {
  CellState state = CellState::kNotReached;
  std::string why;
  std::map<std::string, Estimate> metrics;  // over the measured runs, by name
  std::map<std::int32_t, double> speeds;    // x_real_time of measured runs, by round
  Metrics cold;                             // of the run with a cold page cache, if there was one
  std::vector<MemorySample> memory;         // of the measured run with the median wall time
  std::vector<std::string> digests;         // of all its runs' outputs, each once
};

// nullopt: the cell does not have it.
std::optional<Estimate> metric_of(const CellResult& result, const std::string& name);

// One for each cell. Comparisons with another cell (speed_up, memory_ratio, efficiency) are of runs
// of the same round, so that what drifts on the host drops out.
std::vector<CellResult> cell_results(const Grid& grid, const std::vector<RunRecord>& records,
                                     const Schedule& schedule);

}  // namespace rookery
