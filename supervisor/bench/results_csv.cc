// to_csv(): the table for those who work with tables.
#include <fmt/format.h>

#include <algorithm>

#include "supervisor/bench/bench_results.h"

namespace rookery {
namespace {

// RFC 4180: quoted where it must be, quotes doubled.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::vector<std::string> metric_names(const BenchResults& results) {
  std::vector<std::string> names;
  for (const Metric& metric : metric_table()) {
    const bool used =
        std::any_of(results.cells.begin(), results.cells.end(),
                    [&](const CellResult& cell) { return cell.metrics.contains(metric.name); });
    if (used) names.push_back(metric.name);
  }
  return names;
}

std::string header(const BenchResults& results, const std::vector<std::string>& metrics) {
  std::string line = "cell";
  for (const VariedKey& key : results.grid.keys) line += "," + field(key.key);
  line += ",oversubscribed,state,why,runs";
  for (const std::string& name : metrics) line += fmt::format(",{0},{0}_low,{0}_high", name);
  return line + ",same_output_as,output_equal,largest_score_difference," +
         "largest_vector_difference,smallest_cosine\n";
}

std::string output_fields(const BenchResults& results, std::size_t cell) {
  const OutputGroup* group = results.group_with(cell);
  if (group == nullptr) return ",,,,,";
  const bool equal = std::find(group->odd.begin(), group->odd.end(), cell) == group->odd.end();
  const auto& [scores, vectors] = group->from_first;
  return fmt::format(",{},{},{},{},{}", field(results.grid.cells[group->cells.front()].id), equal,
                     scores ? fmt::to_string(scores->largest) : "",
                     vectors ? fmt::to_string(vectors->largest) : "",
                     vectors ? fmt::to_string(vectors->smallest_cosine) : "");
}

std::string line_of(const BenchResults& results, std::size_t index,
                    const std::vector<std::string>& metrics) {
  const Cell& cell = results.grid.cells[index];
  const CellResult& result = results.cells[index];
  std::string line = field(cell.id);
  for (const Setting& setting : cell.settings) line += "," + field(setting.value.text);
  const auto wall = result.metrics.find("wall_seconds");
  line += fmt::format(",{},{},{},{}", cell.oversubscribed, state_name(result.state),
                      field(result.why), wall == result.metrics.end() ? 0 : wall->second.runs);
  for (const std::string& name : metrics) {
    const auto found = result.metrics.find(name);
    line += found == result.metrics.end() ? ",,,"
                                          : fmt::format(",{},{},{}", found->second.median,
                                                        found->second.low, found->second.high);
  }
  return line + output_fields(results, index) + "\n";
}

}  // namespace

std::string to_csv(const BenchResults& results) {
  const std::vector<std::string> metrics = metric_names(results);
  std::string text = header(results, metrics);
  for (std::size_t index = 0; index < results.cells.size(); ++index) {
    text += line_of(results, index, metrics);
  }
  return text;
}

}  // namespace rookery
