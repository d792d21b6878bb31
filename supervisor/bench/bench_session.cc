#include "supervisor/bench/bench_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <map>
#include <utility>

#include "supervisor/atomic_file.h"
#include "supervisor/bench/answer.h"
#include "supervisor/bench/kept_outputs.h"
#include "supervisor/bench/measured_facts.h"

namespace rookery {
namespace {

// One key at a time is a matter of small differences; a grid is one of large ones.
std::map<std::size_t, std::int32_t> more_repeats(const BenchConfig& config, const Grid& grid) {
  std::map<std::size_t, std::int32_t> more;
  if (config.vary_repeats <= config.repeats) return more;
  for (const std::size_t cell : cells_of_vary(config, grid)) more[cell] = config.vary_repeats;
  return more;
}

ScheduleSettings schedule_settings(const BenchConfig& config, const Grid& grid) {
  ScheduleSettings settings;
  settings.cells = grid.cells.size();
  settings.baseline = grid.baseline;
  settings.warm_up_rounds = config.warm_up_rounds;
  settings.repeats = config.repeats;
  settings.more_repeats = more_repeats(config, grid);
  settings.max_repeats = config.max_repeats;
  settings.cold_cache = config.cold_cache;
  settings.max_spread = config.max_spread;
  settings.time_budget_seconds = static_cast<double>(config.time_budget.count());
  settings.seed = static_cast<std::uint64_t>(config.seed);
  return settings;
}

bool all_well(const BenchResults& results) {
  return std::none_of(results.cells.begin(), results.cells.end(),
                      [](const CellResult& cell) { return cell.state == CellState::kFailed; }) &&
         std::all_of(results.groups.begin(), results.groups.end(),
                     [](const OutputGroup& group) { return group.bytes_equal(); });
}

}  // namespace

BenchSession::BenchSession(BenchOrder order, BenchFolder folder, SignalSource& signals)
    : order_(std::move(order)),
      folder_(std::move(folder)),
      signals_(signals),
      schedule_(schedule_settings(order_.config, order_.grid)),
      progress_(order_.grid, std::max(order_.config.repeats, order_.config.vary_repeats),
                order_.style, stderr) {}

Result<ExitCode> BenchSession::run() {
  auto opened = CellMeasurer::open(order_, folder_, signals_, measured_facts(order_.config));
  if (!opened) return opened.error();
  measurer_.emplace(std::move(*opened));
  take_up();
  const auto signal = measure();
  // What was measured before something went wrong is worth keeping, too.
  if (const Status written = write_results(); !written) return written.error();
  if (!signal) return signal.error();
  if (*signal) return exit_code_of_signal(**signal);
  return all_well(results_) ? kExitDone : kExitSomeFailed;
}

void BenchSession::take_up() {
  for (const RunRecord& record : measurer_->records()) {
    if (!record.set_aside) keep(record);
  }
  const std::size_t runs = measurer_->runs_before();
  if (runs > 0) progress_.say(fmt::format("going on after {} runs", runs));
}

Result<std::optional<int>> BenchSession::measure() {
  const auto budget = static_cast<double>(order_.config.time_budget.count());
  while (const auto plan = schedule_.next(measurer_->spent_seconds())) {
    progress_.begins(schedule_, *plan, budget - measurer_->spent_seconds());
    const Cell& cell = order_.grid.cells[plan->cell];
    const auto run = measurer_->measure(cell, plan->phase, plan->round);
    if (!run) return run.error();
    if (run->signal) return run->signal;
    keep(run->record);
    if (run->record.ending == RunEnding::kDone) continue;
    progress_.say(fmt::format("{}: {}; it is not run again", cell.id, run->record.why));
  }
  return std::optional<int>();
}

void BenchSession::keep(const RunRecord& record) {
  const auto cell = order_.grid.find(record.cell);
  if (!cell) return;  // facts that are equal have equal cells
  const auto& metrics = record.metrics;
  const auto wall = metrics.find("wall_seconds");
  const auto total = metrics.find("total_seconds");
  schedule_.ended({{record.phase, record.round, *cell},
                   record.ending,
                   wall == metrics.end() ? 0 : wall->second,
                   record.why});
  progress_.ended(*cell, total == metrics.end() ? 0 : total->second);
}

Status BenchSession::write_results() {
  results_.host = measurer_->host();
  results_.versions = measurer_->versions();
  const auto& records = measurer_->records();
  results_.created_seconds =
      records.empty() ? static_cast<double>(std::time(nullptr)) : records.back().began_seconds;
  results_.spent_seconds = measurer_->spent_seconds();
  results_.finished = schedule_.finished();
  results_.runs_set_aside = measurer_->runs_set_aside();
  results_.grid = order_.grid;
  results_.cells = cell_results(order_.grid, records, schedule_);
  std::vector<std::vector<std::string>> digests;
  for (const CellResult& cell : results_.cells) digests.push_back(cell.digests);
  Status all_read = Done{};
  results_.groups = compare_outputs(order_.grid, digests, [&](const std::string& digest) {
    auto output = kept_output(folder_.outputs(), digest);
    if (output) return std::move(*output);
    all_read = output.error();
    return KeptOutput();
  });
  if (!all_read) return all_read;
  results_.answer = plain_answer(results_, order_.cores, order_.usual_workers);
  Status written = write_file_atomically(folder_.results_json(), to_json(order_.config, results_));
  if (!written) return written;
  return write_file_atomically(folder_.results_csv(), to_csv(results_));
}

}  // namespace rookery
