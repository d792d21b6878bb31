#include "supervisor/bench/tune_results.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/bench/cell_words.h"
#include "supervisor/bench/tune_session.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

constexpr double kMuch = 0.2;  // of the variance, to be named

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

std::string amount(const Metric& metric, double value) {
  if (metric.unit == "B") return fmt::format("{:.0f} MB", value / 1e6);
  if (metric.unit == "s") return fmt::format("{:.0f} ms", value * 1e3);
  return fmt::format("{:.1f}", value);
}

const Json* baseline_in(const Json& history, const Grid& grid) {
  for (const Json& row : history) {
    const auto cell = cell_with(grid, row["cell"]);
    if (cell && *cell == &grid.cells[grid.baseline] && row["values"].is_array()) return &row;
  }
  return nullptr;
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

// A table's cells were measured in rounds of a sweep; a search's own runs were not.
std::string against_baseline(const TuneResults& results, double best) {
  if (const auto& ratio = results.against_baseline) {
    return fmt::format(", {:.2f} times the baseline's (by turns in {} {}: {:.2f} to {:.2f})",
                       ratio->median, ratio->runs, ratio->runs == 1 ? "round" : "rounds",
                       ratio->low, ratio->high);
  }
  if (best_beside_baseline(results.findings, results.grid) == nullptr) return "";
  if (!results.sweep) return "; it and the baseline were not run by turns";
  const Json* row = baseline_in(results.findings["history"], results.grid);
  const double baseline = (*row)["values"][0];
  return baseline > 0 ? fmt::format(", {:.2f} times the baseline's", best / baseline) : "";
}

std::string id_of(const TuneResults& results, const Json& trial) {
  const auto cell = cell_with(results.grid, trial["cell"]);
  return cell ? (*cell)->id : trial["cell"].dump();
}

std::string tell_best(const TuneResults& results) {
  const Json& best = results.findings["best"];
  const Metric goal = goals_of(results.order).front();
  const double value = best["values"][0];
  const Json& history = results.findings["history"];
  return fmt::format("{}, for {}: {} is the best found in {} of {} cells: {} {}{}.",
                     results.sweep ? "By the table" : "On this host", models_in_words(results.grid),
                     id_of(results, best), history.size(), results.grid.cells.size(), goal.title,
                     amount(goal, value), against_baseline(results, value));
}

std::string tell_sweep(const TuneResults& results) {
  const SweepComparison& sweep = *results.sweep;
  const Metric goal = goals_of(results.order).front();
  return fmt::format(
      "The sweep of all {} cells has {} as the best, {}; by its table the cell found here has {}, "
      "{:.1f}% of that, for {:.0f}% of the cells.",
      results.grid.cells.size(), sweep.best.cell->id, amount(goal, sweep.best.value),
      amount(goal, sweep.found), 100 * sweep.share,
      100.0 * static_cast<double>(results.findings["history"].size()) /
          static_cast<double>(results.grid.cells.size()));
}

// Not the largest alone: which one that is may be an accident of the cells that were chosen.
std::string tell_importance(const Json& importance) {
  std::vector<std::pair<double, std::string>> shares;
  for (const auto& [key, share] : importance.items()) shares.emplace_back(share, key);
  std::ranges::sort(shares, std::greater());
  std::vector<std::string> words;
  for (const auto& [share, key] : shares) {
    if (words.empty() || share >= kMuch)
      words.push_back(fmt::format("{} ({:.0f}%)", key, 100 * share));
  }
  return fmt::format(
      "In the cells that it chose most of the variance comes from {}, by fANOVA; in the whole "
      "space "
      "the shares may be others.",
      fmt::join(words, " and "));
}

}  // namespace

std::optional<SweepComparison> compare_with_sweep(const Json& findings, const MeasuredTable& table,
                                                  const Grid& grid, const TuneOrder& order) {
  const auto best = best_of(table, grid, order);
  if (!best || findings["best"].is_null()) return std::nullopt;
  const auto cell = cell_with(grid, findings["best"]["cell"]);
  const Metric goal = goals_of(order).front();
  const auto found = cell ? table.median((*cell)->id, goal.name) : std::nullopt;
  if (!found || *found <= 0 || best->value <= 0) return std::nullopt;
  const double share = goal.better == "higher" ? *found / best->value : best->value / *found;
  return SweepComparison{*best, *found, share};
}

const Cell* best_beside_baseline(const Json& findings, const Grid& grid) {
  if (findings["best"].is_null()) return nullptr;
  const auto best = cell_with(grid, findings["best"]["cell"]);
  if (!best || *best == &grid.cells[grid.baseline]) return nullptr;
  return baseline_in(findings["history"], grid) != nullptr ? *best : nullptr;
}

std::vector<std::string> answer_of_search(const TuneResults& results) {
  const Json& best = results.findings["best"];
  if (best.is_null()) return {"No cell could be measured."};
  std::vector<std::string> sentences = {tell_best(results)};
  if (!best["feasible"].get<bool>()) {
    sentences.emplace_back("It does not keep the limit: no cell that was measured does.");
  }
  if (results.sweep) sentences.push_back(tell_sweep(results));
  const Json& importance = results.findings["importance"];
  if (!importance.empty()) sentences.push_back(tell_importance(importance));
  if (results.runs_set_aside > 0) sentences.push_back(set_aside_in_words(results.runs_set_aside));
  return sentences;
}

std::string to_json(const TuneResults& results) {
  Json json = results.findings;
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
  const Json& best = results.findings["best"];
  if (best.is_null()) return std::nullopt;
  const auto cell = cell_with(results.grid, best["cell"]);
  if (!cell) return std::nullopt;
  return run_yaml(run_settings(results.config, **cell));
}

}  // namespace rookery
