// rookery bench: a matrix of settings, measured in interleaved rounds, and the answer it gives.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "supervisor/bench/bench_session.h"
#include "supervisor/commands/bench_order.h"
#include "supervisor/commands/command.h"

namespace rookery {
namespace {

struct BenchArguments {
  std::string config;
  std::string out;
  bool quiet = false;
};

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
  if (*ended != kExitDone && *ended != kExitSomeFailed) return *ended;
  return write_report("bench_report.py", out, "results.json", &*signals).value_or(*ended);
}

ExitCode bench(const BenchArguments& arguments) {
  auto config = read_bench_config(arguments.config);
  if (!config) return complain(config.error(), kExitUsage);
  auto order = make_bench_order(std::move(*config), arguments.out, arguments.quiet);
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
