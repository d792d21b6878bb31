#include "supervisor/bench/cell_results.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <system_error>

namespace rookery {
namespace {

using RunOfRound = std::map<std::int32_t, const RunRecord*>;
// Of one pair of runs; nullopt if either lacks what it takes.
using Ratio = std::function<std::optional<double>(const Metrics& cell, const Metrics& other)>;

RunOfRound measured_runs(const std::string& cell, const std::vector<RunRecord>& records) {
  RunOfRound runs;
  for (const RunRecord& record : records) {
    if (record.cell == cell && record.phase == Phase::kMeasured &&
        record.ending == RunEnding::kDone && !record.set_aside) {
      runs[record.round] = &record;
    }
  }
  return runs;
}

void add_estimates(const RunOfRound& runs, CellResult& result) {
  std::map<std::string, std::vector<double>> values;
  for (const auto& [round, run] : runs) {
    for (const auto& [name, value] : run->metrics) values[name].push_back(value);
    const auto speed = run->metrics.find("x_real_time");
    if (speed != run->metrics.end()) result.speeds[round] = speed->second;
  }
  for (const auto& [name, all] : values) result.metrics[name] = estimate_median(all);
}

void add_ratio(const std::string& name, const RunOfRound& runs, const RunOfRound& others,
               const Ratio& ratio, CellResult& result) {
  std::vector<double> values;
  for (const auto& [round, run] : runs) {
    const auto other = others.find(round);
    if (other == others.end()) continue;
    const auto value = ratio(run->metrics, other->second->metrics);
    if (value) values.push_back(*value);
  }
  if (!values.empty()) result.metrics[name] = estimate_median(values);
}

// `name` of the one over that of the other, times `factor`.
Ratio ratio_of(const std::string& name, double factor = 1) {
  return [name, factor](const Metrics& cell, const Metrics& other) -> std::optional<double> {
    const auto above = cell.find(name);
    const auto below = other.find(name);
    if (above == cell.end() || below == other.end() || below->second <= 0) return std::nullopt;
    return factor * above->second / below->second;
  };
}

std::vector<MemorySample> median_memory(const RunOfRound& runs) {
  std::vector<const RunRecord*> ordered;
  for (const auto& [round, run] : runs) ordered.push_back(run);
  if (ordered.empty()) return {};
  const auto wall = [](const RunRecord* run) {
    const auto found = run->metrics.find("wall_seconds");
    return found == run->metrics.end() ? 0.0 : found->second;
  };
  std::sort(ordered.begin(), ordered.end(),
            [&](const RunRecord* a, const RunRecord* b) { return wall(a) < wall(b); });
  return ordered[(ordered.size() - 1) / 2]->memory;
}

std::optional<int> workers_of(const Cell& cell) {
  for (const Setting& setting : cell.settings) {
    const std::string& text = setting.value.text;
    int workers = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), workers);
    if (setting.key == "workers" && error == std::errc() && workers > 0) return workers;
  }
  return std::nullopt;
}

// The cell with one worker and otherwise the same settings.
std::optional<std::size_t> alone(const Grid& grid, const Cell& cell) {
  for (std::size_t other = 0; other < grid.cells.size(); ++other) {
    if (workers_of(grid.cells[other]) != 1) continue;
    const auto& settings = grid.cells[other].settings;
    if (std::equal(settings.begin(), settings.end(), cell.settings.begin(), cell.settings.end(),
                   [](const Setting& a, const Setting& b) { return a.key == "workers" || a == b; }))
      return other;
  }
  return std::nullopt;
}

void add_outputs(const std::string& cell, const std::vector<RunRecord>& records,
                 CellResult& result) {
  for (const RunRecord& record : records) {
    if (record.cell != cell || record.ending != RunEnding::kDone) continue;
    if (record.phase == Phase::kCold && !record.set_aside) result.cold = record.metrics;
    auto& digests = result.digests;
    if (std::find(digests.begin(), digests.end(), record.output_digest) == digests.end()) {
      digests.push_back(record.output_digest);
    }
  }
}

}  // namespace

std::optional<Estimate> metric_of(const CellResult& result, const std::string& name) {
  const auto found = result.metrics.find(name);
  return found == result.metrics.end() ? std::nullopt : std::optional(found->second);
}

std::vector<CellResult> cell_results(const Grid& grid, const std::vector<RunRecord>& records,
                                     const Schedule& schedule) {
  std::vector<RunOfRound> runs;
  for (const Cell& cell : grid.cells) runs.push_back(measured_runs(cell.id, records));
  std::vector<CellResult> results(grid.cells.size());
  for (std::size_t index = 0; index < results.size(); ++index) {
    const Cell& cell = grid.cells[index];
    CellResult& result = results[index];
    result.state = schedule.state(index);
    result.why = schedule.why(index);
    add_estimates(runs[index], result);
    const RunOfRound& baseline = runs[grid.baseline];
    add_ratio("speed_up", runs[index], baseline, ratio_of("x_real_time"), result);
    add_ratio("memory_ratio", runs[index], baseline, ratio_of("peak_pss_bytes"), result);
    const auto workers = workers_of(cell);
    const auto single = workers ? alone(grid, cell) : std::nullopt;
    if (single) {
      const double share = 1.0 / *workers;
      add_ratio("efficiency", runs[index], runs[*single], ratio_of("x_real_time", share), result);
    }
    result.memory = median_memory(runs[index]);
    add_outputs(cell.id, records, result);
  }
  return results;
}

}  // namespace rookery
