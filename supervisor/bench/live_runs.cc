#include "supervisor/bench/live_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "supervisor/bench/cell_audio.h"
#include "supervisor/bench/measured_facts.h"
#include "supervisor/host/host_facts.h"

namespace rookery {
namespace {

// What decides which runs a search makes and what they give.
std::map<std::string, std::string> facts_of(const BenchConfig& config, const TuneOrder& tune) {
  auto facts = measured_facts(config);
  facts["tune.objective"] = tune.objective;
  facts["tune.trials"] = std::to_string(tune.trials);
  facts["tune.seed"] = std::to_string(tune.seed);
  facts["tune.rounds"] = std::to_string(tune.rounds);
  facts["tune.throughput_floor"] = fmt::to_string(tune.throughput_floor);
  facts["tune.memory_ceiling"] = std::to_string(tune.memory_ceiling);
  return facts;
}

}  // namespace

Result<LiveRuns> LiveRuns::open(const BenchOrder& order, const TuneOrder& tune,
                                const BenchFolder& folder, SignalSource& signals) {
  auto file = RunsFile::open(folder.runs_file(), facts_of(order.config, tune));
  if (!file) return file.error();
  return LiveRuns(order, folder, signals, std::move(*file));
}

LiveRuns::LiveRuns(const BenchOrder& order, const BenchFolder& folder, SignalSource& signals,
                   RunsFile file)
    : order_(order),
      folder_(folder),
      signals_(signals),
      file_(std::move(file)),
      versions_{{"rookery", order.version}},
      started_(clock_.now()) {
  for (const RunRecord& record : file_.earlier()) {
    earlier_[{record.cell, record.round}] = record;
    spent_before_ = std::max(spent_before_, record.spent_seconds);
  }
}

Result<CellAnswer> LiveRuns::answer(const Cell& cell, std::int32_t round) {
  const auto known = earlier_.find({cell.id, round});
  if (known != earlier_.end()) return take(known->second);
  CellAnswer none;
  none.stop = spent_seconds() >= static_cast<double>(order_.config.time_budget.count());
  if (none.stop) return none;
  auto made = run(cell);
  if (!made) return made.error();
  none.signal = made->signal;
  if (none.signal) return none;
  made->record.cell = cell.id;
  made->record.round = round;
  made->record.spent_seconds = spent_seconds();
  const Status kept = file_.append(made->record);
  if (!kept) return kept.error();
  return take(made->record);
}

Result<CellRun> LiveRuns::run(const Cell& cell) {
  auto inputs = inputs_of(order_.config, cell, folder_.inputs());
  if (!inputs) return inputs.error();
  CellRunOrder order;
  order.program = order_.program;
  order.yaml = run_yaml(run_settings(order_.config, cell));
  order.inputs = std::move(*inputs);
  order.folder = folder_.run_folder();
  order.kept_folder = folder_.outputs();
  order.max_time = order_.config.max_cell_time;
  order.cores = order_.cores;
  return run_cell(order, signals_);
}

CellAnswer LiveRuns::take(const RunRecord& record) {
  for (const auto& [name, version] : measured_versions(record)) versions_[name] = version;
  CellAnswer answer;
  if (record.ending == RunEnding::kDone) {
    answer.metrics = record.metrics;
  } else {
    answer.failed = record.why;
  }
  return answer;
}

std::map<std::string, std::string> LiveRuns::host() const { return host_facts(); }

double LiveRuns::spent_seconds() const {
  return spent_before_ + std::chrono::duration<double>(clock_.now() - started_).count();
}

}  // namespace rookery
