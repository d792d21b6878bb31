#include "supervisor/bench/cell_measurer.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "supervisor/bench/cell_audio.h"
#include "supervisor/bench/ending_signal.h"
#include "supervisor/bench/measured_facts.h"
#include "supervisor/bench/page_cache.h"
#include "supervisor/bench/recordings_facts.h"
#include "supervisor/host/host_facts.h"

namespace rookery {
namespace {

constexpr int kMostTries = 3;
constexpr int kPauseMilliseconds = 500;

}  // namespace

Result<CellMeasurer> CellMeasurer::open(const BenchOrder& order, const BenchFolder& folder,
                                        SignalSource& signals,
                                        std::map<std::string, std::string> facts) {
  if (!order.config.generated) {
    const auto recordings = recordings_facts(order.config.recordings);
    if (!recordings) return recordings.error();
    facts.insert(recordings->begin(), recordings->end());
  }
  auto file = RunsFile::open(folder.runs_file(), facts);
  if (!file) return file.error();
  CellMeasurer measurer(order, folder, signals, std::move(*file));
  for (const RunRecord& record : measurer.records_) {
    const auto cell = order.grid.find(record.cell);
    if (!cell) continue;  // facts that are equal have equal cells
    const Status noted = measurer.note(order.grid.cells[*cell], record);
    if (!noted) return noted.error();
    const auto pace = record.metrics.find("host_pace");
    if (pace == record.metrics.end()) continue;
    measurer.host_of(order.grid.cells[*cell]).remember(pace->second);
  }
  if (const Status made = measurer.make_inputs(); !made) return made.error();
  measurer.started_ = measurer.clock_.now();
  return measurer;
}

CellMeasurer::CellMeasurer(const BenchOrder& order, const BenchFolder& folder,
                           SignalSource& signals, RunsFile file)
    : order_(order),
      folder_(folder),
      signals_(signals),
      file_(std::move(file)),
      records_(file_.earlier()),
      started_(clock_.now()) {
  for (const RunRecord& record : records_) {
    spent_before_ = std::max(spent_before_, record.spent_seconds);
  }
}

Status CellMeasurer::make_inputs() {
  const auto stop = [this] {
    if (!stopped_) stopped_ = ending_signal(signals_);
    return stopped_.has_value();
  };
  for (const Cell& cell : order_.grid.cells) {
    auto inputs = inputs_of(order_.config, cell, folder_.inputs(), stop);
    if (stopped_) return Done{};
    if (!inputs) return inputs.error();
    inputs_[cell.id] = std::move(*inputs);
  }
  return Done{};
}

Status CellMeasurer::note(const Cell& cell, const RunRecord& record) {
  std::string model;
  for (const Setting& setting : run_settings(order_.config, cell)) {
    if (setting.key == "model") model = setting.value.text;
  }
  Status noted = made_with_.note(model, record);
  if (noted) return noted;
  Error error = noted.error();
  error.reason = fmt::format("{}: {}", folder_.runs_file(), error.reason);
  return error;
}

Result<CellRun> CellMeasurer::measure(const Cell& cell, Phase phase, std::int32_t round) {
  int most = phase == Phase::kWarmUp ? 1 : kMostTries;
  for (int tries = 1;; ++tries) {
    auto run = measure_once(cell, phase, round, tries == most);
    if (!run || run->signal || !run->record.set_aside) return run;
    // Twice too long is no accident, and nothing costs as much.
    if (run->record.ending == RunEnding::kOverTime) most = tries + 1;
  }
}

// Two cores that are fast one by one may be slow together: those of a virtual machine that share a
// physical core.
QuietHost& CellMeasurer::host_of(const Cell& cell) {
  std::function<double()> pace;
  if (order_.host_pace) pace = std::bind_front(order_.host_pace, cell.busy_cores);
  return hosts_.try_emplace(cell.busy_cores, order_.config.min_host_pace, std::move(pace))
      .first->second;
}

// Waits until somebody wants it to end, but not for long.
bool CellMeasurer::pause() {
  pollfd signalled{signals_.fd(), POLLIN, 0};
  ::poll(&signalled, 1, kPauseMilliseconds);
  stopped_ = ending_signal(signals_);
  return !stopped_;
}

Result<CellRun> CellMeasurer::measure_once(const Cell& cell, Phase phase, std::int32_t round,
                                           bool last_try) {
  QuietHost& host = host_of(cell);
  if (!stopped_) host.await([this] { return pause(); });
  if (stopped_) return CellRun{{}, stopped_};
  const CellRunOrder order = run_order(cell);
  if (phase == Phase::kCold) drop_from_page_cache(order.inputs);
  auto run = run_cell(order, signals_);
  if (!run || run->signal) return run;
  const bool disturbed = host.disturbed();
  const double left = static_cast<double>(order_.config.time_budget.count()) - spent_seconds();
  // A host that is slow may make a run take too long; none makes it fail.
  run->record.set_aside =
      disturbed && !last_try && left > 0 && run->record.ending != RunEnding::kFailed;
  if (host.pace() > 0) run->record.metrics["host_pace"] = host.pace();
  run->record.cell = cell.id;
  run->record.phase = phase;
  run->record.round = round;
  run->record.spent_seconds = spent_seconds();
  run->record.versions["programs"] = order_.programs;
  if (const Status same = note(cell, run->record); !same) return same.error();
  records_.push_back(run->record);
  const Status kept = file_.append(run->record);
  return kept ? std::move(run) : kept.error();
}

CellRunOrder CellMeasurer::run_order(const Cell& cell) const {
  CellRunOrder order;
  order.program = order_.program;
  order.yaml = run_yaml(run_settings(order_.config, cell));
  order.inputs = inputs_.at(cell.id);
  order.folder = folder_.run_folder();
  order.kept_folder = folder_.outputs();
  order.max_time = order_.config.max_cell_time;
  order.cores = order_.cores;
  return order;
}

double CellMeasurer::spent_seconds() const {
  return spent_before_ + std::chrono::duration<double>(clock_.now() - started_).count();
}

std::int64_t CellMeasurer::runs_set_aside() const {
  return std::ranges::count_if(records_, &RunRecord::set_aside);
}

std::map<std::string, std::string> CellMeasurer::host() const {
  auto host = host_facts();
  if (!records_.empty()) host["load_at_start"] = fmt::format("{:.2f}", records_.front().load);
  return host;
}

std::map<std::string, std::string> CellMeasurer::versions() const {
  std::map<std::string, std::string> versions = {{"rookery", order_.version}};
  for (const RunRecord& record : records_) {
    for (const auto& [name, of_run] : measured_versions(record)) versions[name] = of_run;
  }
  return versions;
}

}  // namespace rookery
