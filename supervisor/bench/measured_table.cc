#include "supervisor/bench/measured_table.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "supervisor/bench/bench_results.h"
#include "supervisor/config/text_file.h"

namespace rookery {
namespace {

using Json = nlohmann::json;
using Words = std::map<std::string, std::string>;

constexpr std::array kTurns = {&Estimate::low, &Estimate::median, &Estimate::high};

Error no_table(const std::string& path, const std::string& what) {
  return {"config", fmt::format("{}: {}", path, what),
          "name results.json of a `rookery bench` with the same matrix"};
}

Estimate estimate_of(const Json& json) {
  return {json.at("median"), json.at("low"), json.at("high"), json.at("runs")};
}

// Neighbouring cells begin at different turns; a cell always at the same.
std::size_t turn_of(const std::string& id, std::int32_t round) {
  auto sum = static_cast<std::size_t>(round);
  for (const char letter : id) sum += static_cast<unsigned char>(letter);
  return sum % kTurns.size();
}

bool keeps_limit(const MeasuredTable& table, const std::string& cell, const TuneOrder& order) {
  if (order.objective == "latency") {
    return table.median(cell, "x_real_time").value_or(0) >= order.throughput_floor;
  }
  if (order.objective != "throughput_in_memory") return true;
  const auto peak = table.median(cell, "peak_pss_bytes");
  return peak && *peak <= static_cast<double>(order.memory_ceiling);
}

}  // namespace

Result<MeasuredTable> MeasuredTable::read(const std::string& path, const Grid& grid) {
  const Result<std::string> text = read_text_file(path, "config");
  if (!text) return text.error();
  MeasuredTable table;
  try {
    table.fill(*text);
  } catch (const Json::exception& error) {
    return no_table(path, fmt::format("it is no results.json of a bench: {}", error.what()));
  }
  for (const Cell& cell : grid.cells) {
    if (!table.rows_.contains(cell.id)) return no_table(path, "it has no cell " + cell.id);
  }
  return table;
}

void MeasuredTable::fill(const std::string& document) {
  const Json json = Json::parse(document);
  host_ = json.at("host").get<Words>();
  versions_ = json.at("versions").get<Words>();
  for (const Json& cell : json.at("cells")) {
    Row& row = rows_[cell.at("id").get<std::string>()];
    row.state = cell.at("state");
    row.why = cell.at("why");
    row.oversubscribed = cell.value("oversubscribed", false);
    if (row.state != state_name(CellState::kMeasured) &&
        row.state != state_name(CellState::kWide)) {
      continue;
    }
    for (const auto& [name, estimate] : cell.at("metrics").items()) {
      row.metrics[name] = estimate_of(estimate);
    }
  }
}

Result<CellAnswer> MeasuredTable::answer(const Cell& cell, std::int32_t round) {
  const Row& row = rows_.at(cell.id);
  CellAnswer answer;
  for (const auto& [name, estimate] : row.metrics) {
    answer.metrics[name] = estimate.*kTurns[turn_of(cell.id, round)];
  }
  if (answer.metrics.empty()) answer.failed = fmt::format("{} {}", row.state, row.why);
  return answer;
}

std::optional<double> MeasuredTable::median(const std::string& cell,
                                            const std::string& metric) const {
  const Row& row = rows_.at(cell);
  const auto found = row.metrics.find(metric);
  return found == row.metrics.end() ? std::nullopt : std::optional(found->second.median);
}

std::optional<SweepBest> best_of(const MeasuredTable& table, const Grid& grid,
                                 const TuneOrder& order) {
  const Metric goal = goals_of(order).front();
  std::optional<SweepBest> best;
  for (const Cell& cell : grid.cells) {
    const auto value = table.median(cell.id, goal.name);
    if (!value || !keeps_limit(table, cell.id, order)) continue;
    const bool better =
        !best || (goal.better == "higher" ? *value > best->value : *value < best->value);
    if (better) best = SweepBest{&cell, *value};
  }
  return best;
}

}  // namespace rookery
