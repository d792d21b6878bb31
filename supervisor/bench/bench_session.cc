#include "supervisor/bench/bench_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <utility>

#include "supervisor/atomic_file.h"
#include "supervisor/bench/answer.h"
#include "supervisor/bench/cell_audio.h"
#include "supervisor/bench/measured_facts.h"
#include "supervisor/bench/page_cache.h"
#include "supervisor/host/host_facts.h"

namespace rookery {
namespace {

ScheduleSettings schedule_settings(const BenchConfig& config, const Grid& grid) {
  ScheduleSettings settings;
  settings.cells = grid.cells.size();
  settings.baseline = grid.baseline;
  settings.warm_up_rounds = config.warm_up_rounds;
  settings.repeats = config.repeats;
  settings.max_repeats = config.max_repeats;
  settings.cold_cache = config.cold_cache;
  settings.max_spread = config.max_spread;
  settings.time_budget_seconds = static_cast<double>(config.time_budget.count());
  settings.seed = static_cast<std::uint64_t>(config.seed);
  return settings;
}

// With what else the host had to do before the first run: it is part of what was measured.
std::map<std::string, std::string> host_with_load(const std::vector<RunRecord>& records) {
  auto host = host_facts();
  if (!records.empty()) host["load_at_start"] = fmt::format("{:.2f}", records.front().load);
  return host;
}

std::map<std::string, std::string> versions_of(const std::vector<RunRecord>& records,
                                               const std::string& version) {
  std::map<std::string, std::string> versions = {{"rookery", version}};
  for (const RunRecord& record : records) {
    for (const auto& [name, of_run] : measured_versions(record)) versions[name] = of_run;
  }
  return versions;
}

std::string text_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

bool all_well(const BenchResults& results) {
  return std::none_of(results.cells.begin(), results.cells.end(),
                      [](const CellResult& cell) { return cell.state == CellState::kFailed; }) &&
         std::all_of(results.groups.begin(), results.groups.end(),
                     [](const OutputGroup& group) { return group.bytes_equal; });
}

}  // namespace

BenchSession::BenchSession(BenchOrder order, BenchFolder folder, SignalSource& signals)
    : order_(std::move(order)),
      folder_(std::move(folder)),
      signals_(signals),
      schedule_(schedule_settings(order_.config, order_.grid)),
      progress_(order_.grid, order_.config.repeats, order_.style, stderr),
      started_(clock_.now()) {}

Result<ExitCode> BenchSession::run() {
  if (const Status taken_up = take_up(); !taken_up) return taken_up.error();
  if (const Status made = make_inputs(); !made) return made.error();
  started_ = clock_.now();
  const auto signal = measure();
  // What was measured before something went wrong is worth keeping, too.
  if (const Status written = write_results(); !written) return written.error();
  if (!signal) return signal.error();
  if (*signal) return **signal == SIGTERM ? kExitTerminated : kExitInterrupted;
  return all_well(results_) ? kExitDone : kExitSomeFailed;
}

Status BenchSession::take_up() {
  auto file = RunsFile::open(folder_.runs_file(), measured_facts(order_.config));
  if (!file) return file.error();
  file_.emplace(std::move(*file));
  for (const RunRecord& record : file_->earlier()) {
    tell_schedule(record);
    spent_before_ = std::max(spent_before_, record.spent_seconds);
    records_.push_back(record);
    if (const auto cell = order_.grid.find(record.cell)) {
      progress_.ended(*cell, records_.back().metrics["total_seconds"]);
    }
  }
  if (!records_.empty()) progress_.say(fmt::format("going on after {} runs", records_.size()));
  return Done{};
}

Status BenchSession::make_inputs() {
  for (const Cell& cell : order_.grid.cells) {
    auto inputs = inputs_of(order_.config, cell, folder_.inputs());
    if (!inputs) return inputs.error();
    inputs_.push_back(std::move(*inputs));
  }
  return Done{};
}

Result<std::optional<int>> BenchSession::measure() {
  const auto budget = static_cast<double>(order_.config.time_budget.count());
  while (const auto plan = schedule_.next(spent_seconds())) {
    progress_.begins(schedule_, *plan, budget - spent_seconds());
    auto run = run_once(*plan);
    if (!run) return run.error();
    if (run->signal) return run->signal;
    const Status kept = keep(*plan, std::move(run->record));
    if (!kept) return kept.error();
  }
  return std::optional<int>();
}

Result<CellRun> BenchSession::run_once(const PlannedRun& plan) {
  if (plan.phase == Phase::kCold) drop_from_page_cache(inputs_[plan.cell]);
  CellRunOrder order;
  order.program = order_.program;
  order.yaml = run_yaml(run_settings(order_.config, order_.grid.cells[plan.cell]));
  order.inputs = inputs_[plan.cell];
  order.folder = folder_.run_folder();
  order.kept_folder = folder_.outputs();
  order.max_time = order_.config.max_cell_time;
  order.cores = order_.cores;
  return run_cell(order, signals_);
}

Status BenchSession::keep(const PlannedRun& plan, RunRecord record) {
  const Cell& cell = order_.grid.cells[plan.cell];
  record.cell = cell.id;
  record.phase = plan.phase;
  record.round = plan.round;
  record.spent_seconds = spent_seconds();
  progress_.ended(plan.cell, record.metrics["total_seconds"]);
  if (record.ending != RunEnding::kDone) {
    progress_.say(fmt::format("{}: {}; it is not run again", cell.id, record.why));
  }
  Status appended = file_->append(record);
  if (appended) tell_schedule(record);
  records_.push_back(std::move(record));
  return appended;
}

void BenchSession::tell_schedule(const RunRecord& record) {
  const auto cell = order_.grid.find(record.cell);
  if (!cell) return;  // facts that are equal have equal cells
  const auto wall = record.metrics.find("wall_seconds");
  schedule_.ended({{record.phase, record.round, *cell},
                   record.ending,
                   wall == record.metrics.end() ? 0 : wall->second,
                   record.why});
}

double BenchSession::spent_seconds() const {
  return spent_before_ + std::chrono::duration<double>(clock_.now() - started_).count();
}

Status BenchSession::write_results() {
  results_.host = host_with_load(records_);
  results_.versions = versions_of(records_, order_.version);
  results_.created_seconds = static_cast<double>(std::time(nullptr));
  results_.spent_seconds = spent_seconds();
  results_.finished = schedule_.finished();
  results_.grid = order_.grid;
  results_.cells = cell_results(order_.grid, records_, schedule_);
  std::vector<std::vector<std::string>> digests;
  for (const CellResult& cell : results_.cells) digests.push_back(cell.digests);
  results_.groups = compare_outputs(order_.grid, digests, [this](const std::string& digest) {
    return text_of(fmt::format("{}/{}.jsonl", folder_.outputs(), digest));
  });
  results_.answer = plain_answer(results_, order_.cores);
  Status written = write_file_atomically(folder_.results_json(), to_json(order_.config, results_));
  if (!written) return written;
  return write_file_atomically(folder_.results_csv(), to_csv(results_));
}

}  // namespace rookery
