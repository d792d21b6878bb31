#include "supervisor/bench/bench_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "supervisor/progress_meter.h"

namespace rookery {
namespace {

std::string name_of(const PlannedRun& run, std::int32_t rounds) {
  switch (run.phase) {
    case Phase::kWarmUp:
      return fmt::format("warm-up round {}", run.round + 1);
    case Phase::kMeasured:
      return run.round < rounds ? fmt::format("round {} of {}", run.round + 1, rounds)
                                : fmt::format("further round {}", run.round + 1 - rounds);
    case Phase::kCold:
      return "round with a cold page cache";
  }
  return "";
}

}  // namespace

double seconds_left(const Schedule& schedule, const std::vector<double>& seconds_by_cell,
                    double budget_left) {
  double known = 0;
  int count = 0;
  for (const double seconds : seconds_by_cell) {
    known += seconds;
    count += seconds > 0 ? 1 : 0;
  }
  const double mean = count > 0 ? known / count : 0;
  double left = 0;
  for (std::size_t cell = 0; cell < seconds_by_cell.size(); ++cell) {
    const double seconds = seconds_by_cell[cell] > 0 ? seconds_by_cell[cell] : mean;
    left += schedule.runs_left(cell) * seconds;
  }
  return std::clamp(left, 0.0, std::max(budget_left, 0.0));
}

void BenchProgress::begins(const Schedule& schedule, const PlannedRun& run, double budget_left) {
  std::vector<double> means;
  for (std::size_t cell = 0; cell < sums_.size(); ++cell) {
    means.push_back(runs_[cell] > 0 ? sums_[cell] / runs_[cell] : 0);
  }
  const int done = std::accumulate(runs_.begin(), runs_.end(), 0);
  const double left = seconds_left(schedule, means, budget_left);
  const std::string remaining =
      done == 0 ? std::string()
                : fmt::format(" · {} left",
                              format_duration(std::chrono::seconds(static_cast<int>(left))));
  line_.show(fmt::format("{} · {} run{} done{} · {}", name_of(run, rounds_), done,
                         done == 1 ? "" : "s", remaining, grid_.cells[run.cell].id));
}

void BenchProgress::ended(std::size_t cell, double seconds) {
  sums_[cell] += seconds;
  ++runs_[cell];
}

}  // namespace rookery
