#include "supervisor/bench/live_runs.h"

#include <fmt/format.h>

#include "supervisor/bench/measured_facts.h"

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
  return LiveRuns(order, std::move(*measurer));
}

LiveRuns::LiveRuns(const BenchOrder& order, CellMeasurer measurer)
    : budget_seconds_(static_cast<double>(order.config.time_budget.count())),
      measurer_(std::move(measurer)) {
  for (const RunRecord& record : measurer_.records()) {
    earlier_[{record.cell, record.round}] = record;
  }
}

Result<CellAnswer> LiveRuns::answer(const Cell& cell, std::int32_t round) {
  const auto known = earlier_.find({cell.id, round});
  if (known != earlier_.end()) return answer_of(known->second);
  CellAnswer none;
  none.stop = measurer_.spent_seconds() >= budget_seconds_;
  if (none.stop) return none;
  const auto run = measurer_.measure(cell, Phase::kMeasured, round);
  if (!run) return run.error();
  none.signal = run->signal;
  return none.signal ? none : answer_of(run->record);
}

}  // namespace rookery
