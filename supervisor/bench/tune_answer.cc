#include "supervisor/bench/tune_answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "supervisor/bench/cell_words.h"
#include "supervisor/bench/tune_session.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

constexpr double kMuch = 0.2;  // of the variance, to be named

std::string megabytes(double bytes) { return fmt::format("{:.0f} MB", bytes / 1e6); }

std::string amount(const Metric& metric, double value) {
  if (metric.unit == "B") return megabytes(value);
  if (metric.unit == "s") return fmt::format("{:.0f} ms", value * 1e3);
  return fmt::format("{:.1f}", value);
}

std::string here(const TuneResults& results) {
  return fmt::format("{}, for {}", results.replayed ? "By the table" : "On this host",
                     models_in_words(results.grid));
}

std::string name_of(const Cell& cell) {
  return cell.oversubscribed ? fmt::format("{} (oversubscribed)", cell.id) : cell.id;
}

std::string name_of(const TuneResults& results, const Json& trial) {
  const auto cell = cell_with(results.grid, trial["cell"]);
  return cell ? name_of(**cell) : trial["cell"].dump();
}

// A table's cells were measured in rounds of a sweep; a search's own runs were not.
std::string against_baseline(const TuneResults& results, double best) {
  if (const auto& ratio = results.against_baseline) {
    return fmt::format(", {:.2f} times the baseline's (by turns in {} {}: {:.2f} to {:.2f})",
                       ratio->median, ratio->runs, ratio->runs == 1 ? "round" : "rounds",
                       ratio->low, ratio->high);
  }
  if (best_beside_baseline(results.findings, results.grid) == nullptr) return "";
  if (!results.replayed) return "; it and the baseline were not run by turns";
  const Json* row = baseline_in(results.findings["history"], results.grid);
  const double baseline = (*row)["values"][0];
  return baseline > 0 ? fmt::format(", {:.2f} times the baseline's", best / baseline) : "";
}

// Of two goals there are several best ones.
std::string tell_best(const TuneResults& results) {
  const Json& best = results.findings["best"];
  const auto goals = goals_of(results.order);
  const double value = best["values"][0];
  return fmt::format("{}: {} is the {} found in {} of {} cells: {} {}{}.", here(results),
                     name_of(results, best), goals.size() == 1 ? "best" : "fastest",
                     results.findings["history"].size(), results.grid.cells.size(),
                     goals.front().title, amount(goals.front(), value),
                     against_baseline(results, value));
}

std::string tell_front(const TuneResults& results) {
  const Json& front = results.findings["pareto"];
  if (front.size() == 1) {
    return "The front is this setting alone: no other measured cell is faster or needs less "
           "memory. run.yaml has it.";
  }
  const Json& fastest = front.front();
  const Json& least = front.back();
  return fmt::format(
      "The front has {} settings, none of which another measured cell beats in both speed and "
      "memory: from {:.1f} times real time with {} to {:.1f} with {}. run.yaml has the fastest of "
      "them, tune.json has all.",
      front.size(), fastest["values"][0].get<double>(),
      megabytes(fastest["values"][1].get<double>()), least["values"][0].get<double>(),
      megabytes(least["values"][1].get<double>()));
}

// Of what has the limit.
std::string limited_amount(const TuneOrder& order, double value) {
  return order.objective == "latency" ? fmt::format("{:.1f} times real time", value)
                                      : megabytes(value);
}

// There is no setting to recommend: the search's best is what misses the limit least.
std::vector<std::string> tell_nearest(const TuneResults& results) {
  const TuneOrder& order = results.order;
  const Json& nearest = results.findings["best"];
  const bool has_floor = order.objective == "latency";
  const double limit =
      has_floor ? order.throughput_floor : static_cast<double>(order.memory_ceiling);
  const double value = nearest["limited"];
  return {fmt::format("{}: none of the cells that were measured keeps the limit of at {} {}.",
                      here(results), has_floor ? "least" : "most", limited_amount(order, limit)),
          fmt::format("{} comes nearest, with {}.", name_of(results, nearest),
                      limited_amount(order, value)),
          "So no run.yaml is written."};
}

std::string tell_sweep(const TuneResults& results) {
  const SweepComparison& sweep = *results.sweep;
  const Metric goal = goals_of(results.order).front();
  return fmt::format(
      "The sweep of all {} cells has {} as the best, {}; by its table the cell found here has {}, "
      "{:.1f}% of that, for {:.0f}% of the cells.",
      results.grid.cells.size(), name_of(*sweep.best.cell), amount(goal, sweep.best.value),
      amount(goal, sweep.found), 100 * sweep.share,
      100.0 * static_cast<double>(results.findings["history"].size()) /
          static_cast<double>(results.grid.cells.size()));
}

std::size_t oversubscribed_in(const Json& history, const Grid& grid) {
  std::size_t count = 0;
  for (const Json& row : history) {
    const auto cell = cell_with(grid, row["cell"]);
    if (cell && (*cell)->oversubscribed) ++count;
  }
  return count;
}

std::string tell_oversubscribed(std::size_t count, std::size_t asked) {
  return fmt::format(
      "{} of these {} cells ask for more threads than the host has cores and are marked as "
      "oversubscribed: they show what that costs, not what more cores would give.",
      count, asked);
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
      "space the shares may be others.",
      fmt::join(words, " and "));
}

}  // namespace

std::vector<std::string> answer_of_search(const TuneResults& results) {
  if (results.findings["best"].is_null()) return {"No cell could be measured."};
  std::vector<std::string> sentences;
  if (best_in_limit(results.findings) == nullptr) {
    sentences = tell_nearest(results);
  } else {
    sentences.push_back(tell_best(results));
    if (goals_of(results.order).size() > 1) sentences.push_back(tell_front(results));
  }
  if (results.sweep) sentences.push_back(tell_sweep(results));
  const Json& history = results.findings["history"];
  const std::size_t oversubscribed = oversubscribed_in(history, results.grid);
  if (oversubscribed > 0) sentences.push_back(tell_oversubscribed(oversubscribed, history.size()));
  const Json& importance = results.findings["importance"];
  if (!importance.empty()) sentences.push_back(tell_importance(importance));
  if (results.runs_set_aside > 0) sentences.push_back(set_aside_in_words(results.runs_set_aside));
  return sentences;
}

}  // namespace rookery
