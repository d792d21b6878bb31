#include "supervisor/bench/live_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "supervisor/bench/by_turns.h"
#include "supervisor/bench/measured_facts.h"

namespace rookery {
namespace {

constexpr double kMostKeptBack = 0.25;  // of the budget: most of it is the search's

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

CellAnswer answer_of(const RunRecord& record) {
  CellAnswer answer;
  if (record.ending == RunEnding::kDone) {
    answer.metrics = record.metrics;
  } else {
    answer.failed = record.why;
  }
  return answer;
}

}  // namespace

Result<LiveRuns> LiveRuns::open(const BenchOrder& order, const TuneOrder& tune,
                                const BenchFolder& folder, SignalSource& signals) {
  auto measurer = CellMeasurer::open(order, folder, signals, facts_of(order.config, tune));
  if (!measurer) return measurer.error();
  return LiveRuns(order, tune, std::move(*measurer));
}

LiveRuns::LiveRuns(const BenchOrder& order, const TuneOrder& tune, CellMeasurer measurer)
    : order_(order),
      budget_seconds_(static_cast<double>(order.config.time_budget.count())),
      search_rounds_(tune.rounds),
      measurer_(std::move(measurer)) {
  for (const RunRecord& record : measurer_.records()) {
    const bool counts = record.phase == Phase::kMeasured && !record.set_aside;
    if (counts) earlier_[{record.cell, record.round}] = record;
  }
}

Result<CellAnswer> LiveRuns::answer(const Cell& cell, std::int32_t round) {
  const auto known = earlier_.find({cell.id, round});
  if (known != earlier_.end()) return answer_of(known->second);
  CellAnswer none;
  none.stop = measurer_.spent_seconds() + kept_back_seconds(round) >= budget_seconds_;
  if (none.stop) return none;
  const auto warm = warm_up();
  if (!warm) return warm.error();
  none.signal = *warm;
  if (none.signal) return none;
  const auto run = measurer_.measure(cell, Phase::kMeasured, round);
  if (!run) return run.error();
  none.signal = run->signal;
  return none.signal ? none : answer_of(run->record);
}

Result<std::optional<int>> LiveRuns::warm_up() {
  if (!measurer_.records().empty()) return std::optional<int>();
  const Cell& baseline = order_.grid.cells[order_.grid.baseline];
  const auto run = measurer_.measure(baseline, Phase::kWarmUp, 0);
  if (!run) return run.error();
  return run->signal;
}

double LiveRuns::kept_back_seconds(std::int32_t round) const {
  const auto& records = measurer_.records();
  if (round >= search_rounds_ || records.empty()) return 0;
  double seconds = 0;
  for (const RunRecord& record : records) {
    const auto total = record.metrics.find("total_seconds");
    seconds += total == record.metrics.end() ? 0 : total->second;
  }
  const double of_a_run = seconds / static_cast<double>(records.size());
  return std::min(2 * kTurnRounds * of_a_run, budget_seconds_ * kMostKeptBack);
}

}  // namespace rookery
