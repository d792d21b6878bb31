#include "supervisor/commands/bench_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/cells.h"
#include "supervisor/commands/command.h"
#include "supervisor/commands/python_tool.h"
#include "supervisor/host/cpu_quota.h"
#include "supervisor/host/worker_placement.h"
#include "supervisor/inputs/inputs.h"

namespace rookery {
namespace {

Result<int> cores_here() {
  const auto topology = host_topology();
  if (!topology) return topology.error();
  return cores_to_be_had(*topology, cpu_quota());
}

// What only the model's card can tell of a cell's settings. Cells name few models: fast enough.
std::optional<LoadRefusal> check_with_card(const BenchConfig& config, const Cell& cell,
                                           const std::string& out) {
  RunArguments arguments;
  for (const Setting& setting : run_settings(config, cell)) {
    if (!setting.value.yaml.empty()) {
      arguments.keys.emplace_back(setting.key, setting.value.yaml);
    }
  }
  arguments.keys.emplace_back("out", out);
  arguments.inputs = {"-"};
  auto loaded = load_run(arguments);
  auto* refusal = std::get_if<LoadRefusal>(&loaded);
  if (refusal == nullptr) return std::nullopt;
  refusal->error.reason = fmt::format("{}: {}", cell.id, refusal->error.reason);
  return std::move(*refusal);
}

}  // namespace

std::variant<BenchOrder, LoadRefusal> make_bench_order(const std::string& config_file,
                                                       const std::string& out, bool quiet) {
  auto config = read_bench_config(config_file);
  if (!config) return LoadRefusal{config.error(), kExitUsage};
  auto grid = make_grid(*config);
  if (!grid) return LoadRefusal{grid.error(), kExitUsage};
  const auto cores = cores_here();
  if (!cores) return LoadRefusal{cores.error(), kExitCannotGoOn};
  const Status checked = check_cells(*config, *grid, *cores);
  if (!checked) return LoadRefusal{checked.error(), kExitUsage};
  for (const Cell& cell : grid->cells) {
    if (auto refusal = check_with_card(*config, cell, out)) return *refusal;
  }
  if (!config->recordings.empty()) {
    const auto totals = count_inputs(config->recordings);
    if (!totals) return LoadRefusal{totals.error(), kExitUsage};
  }
  return BenchOrder{std::move(*config), std::move(*grid), sibling_program("rookery"),
                    ROOKERY_VERSION,    *cores,           progress_style(stderr, quiet)};
}

void write_report(const std::string& tool, const std::string& folder, const std::string& results) {
  auto reporter = ChildProcess::start(python_tool(tool, {folder}));
  constexpr std::chrono::minutes patience{5};
  const bool made = reporter && reporter->end_within(patience) == 0;
  if (made) {
    fmt::print("report: {}/report.html\n", folder);
  } else {
    fmt::print(stderr, "rookery: no report.html: {} did not draw it; {} is complete\n", python(),
               results);
  }
}

}  // namespace rookery
