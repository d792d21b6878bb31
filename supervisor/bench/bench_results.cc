#include "supervisor/bench/bench_results.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "supervisor/bench/cell_choice.h"
#include "supervisor/bench/memory_json.h"

namespace rookery {
namespace {

using Json = nlohmann::ordered_json;

Json of_published(const BenchConfig& config) {
  Json claims = Json::array();
  for (const PublishedClaim& one : config.published) {
    claims.push_back({{"source", one.source}, {"claim", one.claim}});
  }
  return claims;
}

Json of_figures(const BenchConfig& config) {
  Json figures = Json::array();
  for (const FigureOrder& order : config.figures) {
    Json figure = order.words;
    figure["where"] = order.where;
    if (!order.published.empty()) figure["published"] = order.published;
    figures.push_back(figure);
  }
  return figures;
}

Json of_keys(const Grid& grid) {
  Json keys = Json::array();
  for (const VariedKey& key : grid.keys) keys.push_back(key.key);
  return keys;
}

Json of_metrics() {
  Json metrics = Json::object();
  for (const Metric& one : metric_table()) {
    metrics[one.name] = {{"unit", one.unit}, {"better", one.better}, {"title", one.title}};
  }
  return metrics;
}

// The cell that the answer names first; null if none was measured.
Json of_answer_cell(const BenchResults& results) {
  const auto best = CellChoice(results).best();
  return best ? Json(results.grid.cells[*best].id) : Json();
}

Json of_settings(const Cell& cell) {
  Json settings = Json::object();
  for (const Setting& one : cell.settings) settings[one.key] = one.value.text;
  return settings;
}

Json of_estimates(const CellResult& result) {
  Json metrics = Json::object();
  for (const Metric& metric : metric_table()) {
    const auto found = result.metrics.find(metric.name);
    if (found == result.metrics.end()) continue;
    const Estimate& one = found->second;
    metrics[metric.name] = {
        {"median", one.median}, {"low", one.low}, {"high", one.high}, {"runs", one.runs}};
  }
  return metrics;
}

// null for what could not be compared.
Json of_difference(const OutputDifference& difference) {
  const auto& [scores, vectors] = difference;
  return {{"largest_score_difference", scores ? Json(scores->largest) : Json()},
          {"rows", scores ? Json(scores->rows) : Json()},
          {"rows_alone", scores ? Json(scores->rows_alone) : Json()},
          {"largest_vector_difference", vectors ? Json(vectors->largest) : Json()},
          {"smallest_cosine", vectors ? Json(vectors->smallest_cosine) : Json()},
          {"vectors", vectors ? Json(vectors->vectors) : Json()},
          {"vectors_alone", vectors ? Json(vectors->vectors_alone) : Json()}};
}

Json ids_of(const std::vector<std::size_t>& cells, const Grid& grid) {
  Json ids = Json::array();
  for (const std::size_t cell : cells) ids.push_back(grid.cells[cell].id);
  return ids;
}

void add_output(const BenchResults& results, std::size_t index, Json& json) {
  const OutputGroup* group = results.group_with(index);
  if (group == nullptr) return;
  const std::vector<std::string>& digests = results.cells[index].digests;
  json["output_digest"] = digests.front();
  json["same_output_as"] = results.grid.cells[group->cells.front()].id;
  json["output_equal"] = digests.size() == 1 && digests.front() == group->digests.front();
  const Json difference = of_difference(group->from_first);
  for (const char* name : {"largest_score_difference", "largest_vector_difference"}) {
    json[name] = difference[name];
  }
}

Json of_cells(const BenchResults& results) {
  Json cells = Json::array();
  for (std::size_t index = 0; index < results.cells.size(); ++index) {
    const Cell& cell = results.grid.cells[index];
    const CellResult& result = results.cells[index];
    Json json = {{"id", cell.id},
                 {"settings", of_settings(cell)},
                 {"oversubscribed", cell.oversubscribed},
                 {"state", state_name(result.state)},
                 {"why", result.why},
                 {"metrics", of_estimates(result)},
                 {"cold", result.cold},
                 {"memory", memory_rows(result.memory)}};
    add_output(results, index, json);
    cells.push_back(std::move(json));
  }
  return cells;
}

Json of_groups(const BenchResults& results) {
  Json groups = Json::array();
  for (const OutputGroup& group : results.groups) {
    const std::size_t first = results.groups.front().cells.front();
    Json json = {{"result_keys", group.settings},
                 {"cells", ids_of(group.cells, results.grid)},
                 {"bytes_equal", group.bytes_equal()},
                 {"compared_with", results.grid.cells[first].id}};
    json.update(of_difference(group.from_first));
    json["odd_cells"] = ids_of(group.odd, results.grid);
    json["within"] = group.bytes_equal() ? Json() : of_difference(group.within);
    groups.push_back(std::move(json));
  }
  return groups;
}

}  // namespace

const OutputGroup* BenchResults::group_with(std::size_t cell) const {
  for (const OutputGroup& group : groups) {
    if (std::find(group.cells.begin(), group.cells.end(), cell) != group.cells.end()) return &group;
  }
  return nullptr;
}

std::string state_name(CellState state) {
  switch (state) {
    case CellState::kMeasured:
      return "measured";
    case CellState::kWide:
      return "wide";
    case CellState::kOverBudget:
      return "over_budget";
    case CellState::kFailed:
      return "failed";
    case CellState::kNotReached:
      return "not_reached";
  }
  return "";
}

std::string to_json(const BenchConfig& config, const BenchResults& results) {
  const Grid& grid = results.grid;
  const Json json = {{"schema", "rookery-bench-1"},
                     {"host", results.host},
                     {"versions", results.versions},
                     {"created_seconds", results.created_seconds},
                     {"title", config.title},
                     {"question", config.question},
                     {"published", of_published(config)},
                     {"figures", of_figures(config)},
                     {"keys", of_keys(grid)},
                     {"baseline", grid.cells[grid.baseline].id},
                     {"time_budget_seconds", config.time_budget.count()},
                     {"spent_seconds", results.spent_seconds},
                     {"finished", results.finished},
                     {"runs_set_aside", results.runs_set_aside},
                     {"answer", results.answer},
                     {"answer_cell", of_answer_cell(results)},
                     {"metrics", of_metrics()},
                     {"cells", of_cells(results)},
                     {"output_groups", of_groups(results)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace rookery
