#include "supervisor/commands/bench_order.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <utility>

#include "rookery/run_config.h"
#include "supervisor/bench/bench_config.h"
#include "supervisor/bench/cells.h"
#include "supervisor/bench/ending_signal.h"
#include "supervisor/bench/host_pace.h"
#include "supervisor/commands/command.h"
#include "supervisor/commands/python_tool.h"
#include "supervisor/host/cpu_quota.h"
#include "supervisor/host/worker_placement.h"
#include "supervisor/inputs/inputs.h"
#include "worker/file_digest.h"

namespace rookery {
namespace {

// The logical processors that workers would be given first, one for each core to be had.
std::vector<int> processors_of(const CpuTopology& topology) {
  const auto cores = static_cast<std::size_t>(cores_to_be_had(topology, cpu_quota()));
  std::vector<int> processors;
  for (const Core& core : topology.cores) {
    if (processors.size() < cores) processors.push_back(core.os_index);
  }
  return processors;
}

// Two builds of one version differ here.
Result<std::string> programs_here() {
  constexpr std::size_t shown = 8;
  std::string digests;
  for (const char* name : {"rookery", "rookery-worker"}) {
    const auto digest = file_digest(sibling_program(name));
    if (!digest) return digest.error();
    digests += (digests.empty() ? "" : " ") + digest->substr(0, shown);
  }
  return digests;
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

constexpr std::chrono::minutes kPatience{5};

// Waits until the child has ended or the patience has; the signal that came first, if one did.
std::optional<int> signal_before_end(ChildProcess& child, SignalSource& signals) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!child.poll() && std::chrono::steady_clock::now() < deadline) {
    const auto left = deadline - std::chrono::steady_clock::now();
    pollfd polled{signals.fd(), POLLIN, 0};  // the child's end is one of them
    ::poll(&polled, 1,
           static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
    if (const auto signal = ending_signal(signals)) return signal;
  }
  return std::nullopt;
}

}  // namespace

std::variant<BenchOrder, LoadRefusal> make_bench_order(BenchConfig config, const std::string& out,
                                                       bool quiet) {
  auto grid = make_grid(config);
  if (!grid) return LoadRefusal{grid.error(), kExitUsage};
  const auto topology = host_topology();
  if (!topology) return LoadRefusal{topology.error(), kExitCannotGoOn};
  const std::vector<int> processors = processors_of(*topology);
  const auto programs = programs_here();
  if (!programs) return LoadRefusal{programs.error(), kExitCannotGoOn};
  const auto cores = static_cast<int>(processors.size());
  const Status checked = check_cells(config, *grid, cores);
  if (!checked) return LoadRefusal{checked.error(), kExitUsage};
  for (const Cell& cell : grid->cells) {
    if (auto refusal = check_with_card(config, cell, out)) return *refusal;
  }
  if (!config.recordings.empty()) {
    const auto totals = count_inputs(config.recordings);
    if (!totals) return LoadRefusal{totals.error(), kExitUsage};
  }
  return BenchOrder{std::move(config),
                    std::move(*grid),
                    sibling_program("rookery"),
                    ROOKERY_VERSION,
                    *programs,
                    cores,
                    usual_workers(*topology, cpu_quota(), ResultSettings{}.intra_op),
                    [processors](int busy_cores) {
                      return host_pace({processors.begin(), processors.begin() + busy_cores});
                    },
                    progress_style(stderr, quiet)};
}

std::optional<ExitCode> write_report(const std::string& tool, const std::string& folder,
                                     const std::string& results, SignalSource* signals) {
  ChildOptions options = python_tool(tool, {folder});
  options.deaf = signals != nullptr;
  auto reporter = ChildProcess::start(options);
  if (reporter && signals != nullptr) {
    if (const auto signal = signal_before_end(*reporter, *signals)) {
      return exit_code_of_signal(*signal);
    }
  }
  const bool made = reporter && reporter->end_within(kPatience) == 0;
  if (made) {
    fmt::print("report: {}/report.html\n", folder);
  } else {
    fmt::print(stderr, "rookery: no report.html: {} did not draw it; {} is complete\n", python(),
               results);
  }
  return std::nullopt;
}

}  // namespace rookery
