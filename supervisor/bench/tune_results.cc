#include "supervisor/bench/tune_results.h"

#include "supervisor/bench/absolute_paths.h"
#include "supervisor/bench/tune_answer.h"
#include "supervisor/bench/tune_session.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

Json of_goals(const TuneOrder& order) {
  Json goals = Json::array();
  for (const Metric& goal : goals_of(order)) {
    goals.push_back({{"metric", goal.name},
                     {"unit", goal.unit},
                     {"better", goal.better},
                     {"title", goal.title}});
  }
  return goals;
}

Json of_sweep(const TuneResults& results) {
  if (!results.sweep) return {};
  Json best_cell = Json::object();
  for (const Setting& setting : results.sweep->best.cell->settings) {
    best_cell[setting.key] = setting.value.text;
  }
  return {{"best_cell", best_cell},
          {"best_value", results.sweep->best.value},
          {"found_value", results.sweep->found},
          {"share_of_best", results.sweep->share},
          {"cells", results.grid.cells.size()}};
}

Json of_turns(const TuneResults& results) {
  if (!results.against_baseline) return {};
  const Estimate& ratio = *results.against_baseline;
  return {{"metric", goals_of(results.order).front().name},
          {"median", ratio.median},
          {"low", ratio.low},
          {"high", ratio.high},
          {"rounds", ratio.runs}};
}

// The search does not know what the host has.
void mark_oversubscribed(const Grid& grid, Json& trial) {
  const auto cell = cell_with(grid, trial["cell"]);
  if (cell) trial["oversubscribed"] = (*cell)->oversubscribed;
}

void mark_oversubscribed_in(const Grid& grid, Json& findings) {
  if (!findings["best"].is_null()) mark_oversubscribed(grid, findings["best"]);
  for (const char* list : {"pareto", "history"}) {
    for (Json& trial : findings[list]) mark_oversubscribed(grid, trial);
  }
}

}  // namespace

std::optional<SweepComparison> compare_with_sweep(const Json& findings, const MeasuredTable& table,
                                                  const Grid& grid, const TuneOrder& order) {
  const auto best = best_of(table, grid, order);
  const Json* found_here = best_in_limit(findings);
  if (!best || found_here == nullptr) return std::nullopt;
  const auto cell = cell_with(grid, (*found_here)["cell"]);
  const Metric goal = goals_of(order).front();
  const auto found = cell ? table.median((*cell)->id, goal.name) : std::nullopt;
  if (!found || *found <= 0 || best->value <= 0) return std::nullopt;
  const double share = goal.better == "higher" ? *found / best->value : best->value / *found;
  return SweepComparison{*best, *found, share};
}

const Json* best_in_limit(const Json& findings) {
  const Json& best = findings["best"];
  return best.is_null() || !best["feasible"].get<bool>() ? nullptr : &best;
}

const Json* baseline_in(const Json& history, const Grid& grid) {
  for (const Json& row : history) {
    const auto cell = cell_with(grid, row["cell"]);
    if (cell && *cell == &grid.cells[grid.baseline] && row["values"].is_array()) return &row;
  }
  return nullptr;
}

const Cell* best_beside_baseline(const Json& findings, const Grid& grid) {
  const Json* found = best_in_limit(findings);
  if (found == nullptr) return nullptr;
  const auto best = cell_with(grid, (*found)["cell"]);
  if (!best || *best == &grid.cells[grid.baseline]) return nullptr;
  return baseline_in(findings["history"], grid) != nullptr ? *best : nullptr;
}

std::string to_json(const TuneResults& results) {
  Json json = results.findings;
  mark_oversubscribed_in(results.grid, json);
  json.update({{"schema", "rookery-tune-1"},
               {"host", results.host},
               {"versions", results.versions},
               {"created_seconds", results.created_seconds},
               {"spent_seconds", results.spent_seconds},
               {"runs_set_aside", results.runs_set_aside},
               {"title", results.config.title},
               {"question", results.config.question},
               {"objective", results.order.objective},
               {"goals", of_goals(results.order)},
               {"seed", results.order.seed},
               {"trials", results.order.trials},
               {"rounds", results.order.rounds},
               {"replayed", results.replayed},
               {"exhaustive", of_sweep(results)},
               {"against_baseline", of_turns(results)},
               {"answer", answer_of_search(results)}});
  if (results.order.objective == "latency")
    json["throughput_floor"] = results.order.throughput_floor;
  if (results.order.objective == "throughput_in_memory")
    json["memory_ceiling"] = results.order.memory_ceiling;
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<std::string> best_run_yaml(const TuneResults& results) {
  const Json* best = best_in_limit(results.findings);
  if (best == nullptr) return std::nullopt;
  const auto cell = cell_with(results.grid, (*best)["cell"]);
  if (!cell) return std::nullopt;
  return run_yaml(with_absolute_paths(run_settings(results.config, **cell)));
}

}  // namespace rookery
