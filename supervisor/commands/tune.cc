// rookery tune: a search for the best cell of a bench config instead of measuring all.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "supervisor/atomic_file.h"
#include "supervisor/bench/by_turns.h"
#include "supervisor/bench/live_runs.h"
#include "supervisor/bench/measured_table.h"
#include "supervisor/bench/search_space.h"
#include "supervisor/bench/tune_answer.h"
#include "supervisor/bench/tune_order.h"
#include "supervisor/bench/tune_results.h"
#include "supervisor/bench/tune_session.h"
#include "supervisor/commands/bench_order.h"
#include "supervisor/commands/command.h"
#include "supervisor/commands/python_tool.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

struct TuneArguments {
  std::string config;
  std::string out;
  std::string replay;  // results.json; empty: cells are run
  bool quiet = false;
};

ExitCode code_of(const Error& error) {
  return error.stage == "config" ? kExitUsage : kExitCannotGoOn;
}

Result<BenchConfig> read_space(const std::string& path) {
  auto config = read_bench_config(path);
  if (!config) return config.error();
  if (!config->matrix.empty()) return search_space(std::move(*config));
  return Error{"config", "matrix: is missing, so there is nothing to search in",
               "name keys and their values under matrix"};
}

Status remove_if_there(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return Done{};
  return system_error("tune", path, "removed", errno);
}

// One search with the answers of one kind.
class Tuning {
 public:
  Tuning(const TuneArguments& arguments, const BenchConfig& config, const Grid& grid,
         const TuneOrder& order)
      : arguments_(arguments), config_(config), grid_(grid), order_(order) {}

  // `table` is what the best is compared with, if it is there.
  ExitCode run(CellAnswers& answers, const MeasuredTable* table) {
    const auto began = clock_.now();
    auto search = SearchProcess::start(python_tool("tune_search.py", {}));
    if (!search) return complain(search.error(), kExitCannotGoOn);
    StatusLine line(progress_style(stderr, arguments_.quiet), stderr);
    const TuneTold told = [&](const std::string& words) { line.show(words); };
    auto outcome = search_with(*search, search_start(config_, grid_, order_), grid_, answers, told);
    if (!outcome) return complain(outcome.error(), code_of(outcome.error()));
    if (outcome->signal) return exit_code_of_signal(*outcome->signal);
    const auto turns =
        table == nullptr ? compare(outcome->findings, answers, told) : Result<ByTurns>(ByTurns{});
    if (!turns) return complain(turns.error(), code_of(turns.error()));
    if (turns->signal) return exit_code_of_signal(*turns->signal);
    TuneResults results{config_,
                        order_,
                        grid_,
                        std::move(outcome->findings),
                        answers.host(),
                        answers.versions(),
                        static_cast<double>(std::time(nullptr)),
                        answers.seconds_before() + seconds_since(began),
                        {},
                        turns->ratio,
                        answers.runs_set_aside(),
                        table != nullptr};
    if (table != nullptr) {
      results.sweep = compare_with_sweep(results.findings, *table, grid_, order_);
    }
    return write(results, answers.signals());
  }

 private:
  double seconds_since(TimePoint began) const {
    return std::chrono::duration<double>(clock_.now() - began).count();
  }

  // Rounds of their own for each length that the search came to: one that goes on, in a longer
  // budget, ends with runs that are made by turns again.
  Result<ByTurns> compare(const nlohmann::json& findings, CellAnswers& answers,
                          const TuneTold& told) const {
    const Cell* best = best_beside_baseline(findings, grid_);
    if (best == nullptr) return ByTurns{};
    std::int32_t rounds = 0;
    for (const auto& row : findings["history"]) rounds += row["rounds"].get<std::int32_t>();
    return run_by_turns(*best, grid_.cells[grid_.baseline], goals_of(order_).front().name,
                        order_.rounds + kTurnRounds * rounds, answers, told);
  }

  ExitCode write(const TuneResults& results, SignalSource* signals) const {
    const auto yaml = best_run_yaml(results);
    const std::string run_file = arguments_.out + "/run.yaml";
    Status written = write_file_atomically(arguments_.out + "/tune.json", to_json(results));
    // One that an earlier search left here must not stand for this one's best.
    if (written)
      written = yaml ? write_file_atomically(run_file, *yaml) : remove_if_there(run_file);
    if (!written) return complain(written.error(), kExitCannotGoOn);
    for (const std::string& sentence : answer_of_search(results)) fmt::print("{}\n", sentence);
    if (yaml) fmt::print("best: {}, for rookery run --config\n", run_file);
    return write_report("tune_report.py", arguments_.out, "tune.json", signals)
        .value_or(yaml ? kExitDone : kExitSomeFailed);
  }

  const TuneArguments& arguments_;
  const BenchConfig& config_;
  const Grid& grid_;
  const TuneOrder& order_;
  SteadyClock clock_;
};

ExitCode measure(const TuneArguments& arguments, const BenchConfig& config, const TuneOrder& tune) {
  auto made = make_bench_order(config, arguments.out, arguments.quiet);
  if (const auto* refusal = std::get_if<LoadRefusal>(&made)) {
    return complain(refusal->error, refusal->exit_code);
  }
  const auto& order = std::get<BenchOrder>(made);
  auto folder = BenchFolder::open(arguments.out);
  if (const auto* refusal = std::get_if<OutputFolderRefusal>(&folder)) {
    return complain(refusal->error, refusal->exit_code);
  }
  auto signals = SignalSource::open();
  if (!signals) return complain(signals.error(), kExitCannotGoOn);
  auto runs = LiveRuns::open(order, tune, std::get<BenchFolder>(folder), *signals);
  if (!runs) return complain(runs.error(), code_of(runs.error()));
  if (runs->runs_before() > 0 && !arguments.quiet) {
    fmt::print(stderr, "going on after {} runs\n", runs->runs_before());
  }
  return Tuning(arguments, order.config, order.grid, tune).run(*runs, nullptr);
}

ExitCode replay(const TuneArguments& arguments, const BenchConfig& config, const TuneOrder& tune) {
  auto grid = make_grid(config);
  if (!grid) return complain(grid.error(), kExitUsage);
  auto table = MeasuredTable::read(arguments.replay, *grid);
  if (!table) return complain(table.error(), code_of(table.error()));
  for (Cell& cell : grid->cells) cell.oversubscribed = table->oversubscribed(cell.id);
  const auto folder = BenchFolder::open(arguments.out);
  if (const auto* refusal = std::get_if<OutputFolderRefusal>(&folder)) {
    return complain(refusal->error, refusal->exit_code);
  }
  return Tuning(arguments, config, *grid, tune).run(*table, &*table);
}

ExitCode tune(const TuneArguments& arguments) {
  const auto order = read_tune_order(arguments.config);
  if (!order) return complain(order.error(), kExitUsage);
  const auto config = read_space(arguments.config);
  if (!config) return complain(config.error(), kExitUsage);
  return arguments.replay.empty() ? measure(arguments, *config, *order)
                                  : replay(arguments, *config, *order);
}

}  // namespace

void add_tune_command(CLI::App& app, ChosenCommand& chosen) {
  CLI::App* command =
      app.add_subcommand("tune", "Search a matrix of settings for the best (docs/tuning.md)");
  auto arguments = std::make_shared<TuneArguments>();
  command->add_option("CONFIG", arguments->config, "As of bench, with a section tune")->required();
  command
      ->add_option("--out", arguments->out,
                   "The folder of what is found; one that exists is gone on with")
      ->required();
  command->add_option("--replay", arguments->replay,
                      "Answer from this results.json of a bench instead of running anything");
  command->add_flag("-q,--quiet", arguments->quiet, "Show no progress");
  command->callback([arguments, &chosen] { chosen = [arguments] { return tune(*arguments); }; });
}

}  // namespace rookery
