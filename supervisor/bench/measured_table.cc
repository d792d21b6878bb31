#include "supervisor/bench/measured_table.h"

#include <fmt/format.h>

#include <array>
#include <functional>

#include "supervisor/config/text_file.h"

namespace rookery {
namespace {

using Json = nlohmann::json;
using Words = std::map<std::string, std::string>;

constexpr std::array<const char*, 3> kTurns = {"low", "median", "high"};

Error no_table(const std::string& path, const std::string& what) {
  return {"config", fmt::format("{}: {}", path, what),
          "name results.json of a `rookery bench` with the same matrix"};
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
  const Json document = Json::parse(*text, nullptr, false);
  if (!document.is_object() || document.value("schema", "") != "rookery-bench-1") {
    return no_table(path, "it is no results.json of a bench");
  }
  MeasuredTable table;
  table.host_ = document.value("host", Words());
  table.versions_ = document.value("versions", Words());
  for (const Json& cell : document.value("cells", Json::array())) {
    table.cells_[cell.value("id", "")] = cell;
  }
  for (const Cell& cell : grid.cells) {
    if (!table.cells_.contains(cell.id)) return no_table(path, "it has no cell " + cell.id);
  }
  return table;
}

Result<CellAnswer> MeasuredTable::answer(const Cell& cell, std::int32_t round) {
  const Json& row = cells_.at(cell.id);
  CellAnswer answer;
  const Json metrics = row.value("metrics", Json::object());
  for (const auto& [name, estimate] : metrics.items()) {
    answer.metrics[name] = estimate.value(kTurns[turn_of(cell.id, round)], 0.0);
  }
  if (answer.metrics.empty()) {
    answer.failed = fmt::format("{} {}", row.value("state", "not measured"), row.value("why", ""));
  }
  return answer;
}

std::optional<double> MeasuredTable::median(const std::string& cell,
                                            const std::string& metric) const {
  const Json& row = cells_.at(cell);
  const Json::json_pointer place = Json::json_pointer("/metrics") / metric / "median";
  return row.contains(place) ? std::optional(row[place].get<double>()) : std::nullopt;
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
