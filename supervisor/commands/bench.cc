// rookery bench: a matrix of settings, measured in interleaved rounds, and the answer it gives.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/bench_session.h"
#include "supervisor/bench/cells.h"
#include "supervisor/commands/command.h"
#include "supervisor/commands/python_tool.h"
#include "supervisor/commands/run_arguments.h"
#include "supervisor/host/cpu_quota.h"
#include "supervisor/host/cpu_topology.h"
#include "supervisor/inputs/inputs.h"

namespace rookery {
namespace {

struct BenchArguments {
  std::string config;
  std::string out;
  bool quiet = false;
};

Result<int> cores_here() {
  const auto topology = host_topology();
  if (!topology) return topology.error();
  const int cores = static_cast<int>(topology->cores.size());
  const auto quota = cpu_quota();
  return quota ? std::clamp(static_cast<int>(*quota), 1, cores) : cores;
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

// Everything that would keep a cell from running, before anything runs.
std::variant<BenchOrder, LoadRefusal> make_order(const BenchArguments& arguments) {
  auto config = read_bench_config(arguments.config);
  if (!config) return LoadRefusal{config.error(), kExitUsage};
  auto grid = make_grid(*config);
  if (!grid) return LoadRefusal{grid.error(), kExitUsage};
  const auto cores = cores_here();
  if (!cores) return LoadRefusal{cores.error(), kExitCannotGoOn};
  const Status checked = check_cells(*config, *grid, *cores);
  if (!checked) return LoadRefusal{checked.error(), kExitUsage};
  for (const Cell& cell : grid->cells) {
    if (auto refusal = check_with_card(*config, cell, arguments.out)) return *refusal;
  }
  if (!config->recordings.empty()) {
    const auto totals = count_inputs(config->recordings);
    if (!totals) return LoadRefusal{totals.error(), kExitUsage};
  }
  return BenchOrder{std::move(*config), std::move(*grid), sibling_program("rookery"),
                    ROOKERY_VERSION,    *cores,           progress_style(stderr, arguments.quiet)};
}

// The answer does not depend on it: a host without Python or its libraries has results.json.
void write_report(const std::string& folder) {
  auto reporter = ChildProcess::start(python_tool("bench_report.py", {folder}));
  constexpr std::chrono::minutes kPatience{5};
  const bool made = reporter && reporter->end_within(kPatience) == 0;
  if (made) {
    fmt::print("report: {}/report.html\n", folder);
  } else {
    fmt::print(stderr,
               "rookery: no report.html: {} did not draw it; results.json and results.csv are "
               "complete\n",
               python());
  }
}

void tell_cells(const Grid& grid, int cores) {
  const auto count = std::count_if(grid.cells.begin(), grid.cells.end(),
                                   [](const Cell& cell) { return cell.oversubscribed; });
  fmt::print(stderr, "{} cells", grid.cells.size());
  if (count > 0) fmt::print(stderr, ", {} of them oversubscribed on {} cores", count, cores);
  fmt::print(stderr, "\n");
}

ExitCode measure(BenchOrder order, const std::string& out) {
  auto signals = SignalSource::open();
  if (!signals) return complain(signals.error(), kExitCannotGoOn);
  auto folder = BenchFolder::open(out);
  if (const auto* refusal = std::get_if<OutputFolderRefusal>(&folder)) {
    return complain(refusal->error, refusal->exit_code);
  }
  if (order.style != ProgressStyle::kQuiet) tell_cells(order.grid, order.cores);
  BenchSession session(std::move(order), std::move(std::get<BenchFolder>(folder)), *signals);
  const auto ended = session.run();
  if (!ended) {
    const Error& error = ended.error();
    return complain(error, error.stage == "config" ? kExitUsage : kExitCannotGoOn);
  }
  for (const std::string& sentence : session.results().answer) fmt::print("{}\n", sentence);
  fmt::print("results: {}/results.json\n", out);
  if (*ended == kExitDone || *ended == kExitSomeFailed) write_report(out);
  return *ended;
}

ExitCode bench(const BenchArguments& arguments) {
  auto order = make_order(arguments);
  if (const auto* refusal = std::get_if<LoadRefusal>(&order)) {
    return complain(refusal->error, refusal->exit_code);
  }
  return measure(std::move(std::get<BenchOrder>(order)), arguments.out);
}

}  // namespace

void add_bench_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command =
      app.add_subcommand("bench", "Measure a matrix of settings side by side (docs/bench.md)");
  auto arguments = std::make_shared<BenchArguments>();
  command->add_option("CONFIG", arguments->config, "What is compared: configs/bench/ has examples")
      ->required();
  command
      ->add_option("--out", arguments->out,
                   "The folder of results; one that exists is gone on with")
      ->required();
  command->add_flag("-q,--quiet", arguments->quiet, "Show no progress");
  command->callback([arguments, &chosen] { chosen = [arguments] { return bench(*arguments); }; });
}

}  // namespace rookery
