// Shows a bench to the person who started it: how far it is and how long it will take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "supervisor/bench/cells.h"
#include "supervisor/bench/schedule.h"
#include "supervisor/clock.h"
#include "supervisor/status_line.h"

namespace rookery {

// How long the runs that are left take: those of a cell as long as its runs so far, or where it has
// none as all runs. Not more than what is left of the budget. Pure.
double seconds_left(const Schedule& schedule, const std::vector<double>& seconds_by_cell,
                    double budget_left);

class BenchProgress {
 public:
  // `rounds`: measured ones, without those that wide cells have further.
  BenchProgress(const Grid& grid, std::int32_t rounds, ProgressStyle style, std::FILE* stream)
      : grid_(grid),
        rounds_(rounds),
        line_(style, stream),
        sums_(grid.cells.size()),
        runs_(grid.cells.size()) {}

  void say(const std::string& what) { line_.say(what); }
  // A run begins: "round 2 of 5 · 14 runs done · 0:03:12 left · workers=1 engine=threads".
  void begins(const Schedule& schedule, const PlannedRun& run, double budget_left);
  // Runs of earlier sessions are told, too.
  void ended(std::size_t cell, double seconds);

 private:
  const Grid& grid_;
  std::int32_t rounds_;
  StatusLine line_;
  std::vector<double> sums_;  // seconds of the runs of each cell
  std::vector<int> runs_;
};

}  // namespace rookery
