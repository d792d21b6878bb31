// How long a worker takes from being asked for to being ready: the real pool and rookery-worker.
// Workers are killed one at a time; the pool asks for a successor as soon as it hears of the death.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "supervisor/host/host_facts.h"
#include "supervisor/host/process_memory.h"
#include "supervisor/model_card/model_card_reader.h"
#include "supervisor/pool/process_pool.h"
#include "supervisor/run_setup.h"

namespace rookery::bench {
namespace {

constexpr std::chrono::milliseconds kPatience{60'000};

struct Options {
  std::string model;
  std::string worker_program;
  std::string start = "fork";
  int rounds = 50;
};

double ms_since(TimePoint begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

template <class Event>
Event await(ProcessPool& pool) {
  const PoolEvent event = pool.wait(kPatience);
  if (const auto* expected = std::get_if<Event>(&event)) return *expected;
  throw std::runtime_error(fmt::format("event {} instead of the one waited for", event.index()));
}

pid_t only_worker(const ProcessPool& pool) {
  const auto tree = process_tree(pool.server_pid());
  if (tree.size() != 2) throw std::runtime_error("expected a fork server and one worker");
  return tree.back();
}

void print_times(const char* what, std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  fmt::print("{:<44} {:>8.1f} {:>8.1f} {:>8.1f}\n", what, ms.front(), ms[ms.size() / 2], ms.back());
}

void measure_restarts(ProcessPool& pool, int rounds) {
  std::vector<double> after_asking;
  std::vector<double> after_killing;
  for (int round = 0; round < rounds; ++round) {
    const auto killed = std::chrono::steady_clock::now();
    kill(only_worker(pool), SIGKILL);
    await<WorkerDied>(pool);
    // The pool has sent its request just before it told of the death.
    const auto asked = std::chrono::steady_clock::now();
    await<WorkerReady>(pool);
    after_asking.push_back(ms_since(asked));
    after_killing.push_back(ms_since(killed));
  }
  fmt::print("{:<44} {:>8} {:>8} {:>8}\n", fmt::format("ms, {} rounds", rounds), "least", "median",
             "most");
  print_times("from asking for a worker to its Ready", std::move(after_asking));
  print_times("from killing a worker to its successor's", std::move(after_killing));
}

void measure(const Options& options) {
  RunConfig config;
  config.speed.start = options.start == "spawn" ? StartKind::kSpawn : StartKind::kFork;
  const ModelCard card = read_model_card(options.model).value().card;
  const SteadyClock clock;
  SignalSource signals = SignalSource::open().value();
  const auto pool =
      ProcessPool::open(
          pool_settings({{{config, "", {card}}}}, {CoreSet{0}}, options.worker_program).value(),
          signals, clock)
          .value();
  const TimePoint started = clock.now();
  const ServerReady server = pool->start().value();
  const double server_ms = ms_since(started);
  const TimePoint asked = clock.now();
  await<WorkerReady>(*pool);
  const double first_ms = ms_since(asked);
  fmt::print("{:<16} {}\n\n", "libtorch", server.torch_version);
  fmt::print("start: {}, model: {}\n", options.start, card.name);
  fmt::print("{:<44} {:>8.1f}\n", "ms until the fork server is ready", server_ms);
  fmt::print("{:<44} {:>8.1f}\n", "ms until the first worker is ready", first_ms);
  measure_restarts(*pool, options.rounds);
  pool->stop(false);
}

}  // namespace
}  // namespace rookery::bench

int main(int argc, char** argv) {
  using rookery::bench::Options;
  Options options;
  options.worker_program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rookery-worker";
  CLI::App app("Time from asking for a worker to its being ready");
  app.add_option("--model", options.model, "model directory")->required();
  app.add_option("--worker", options.worker_program, "rookery-worker");
  app.add_option("--start", options.start)->check(CLI::IsMember({"fork", "spawn"}));
  app.add_option("--rounds", options.rounds);
  CLI11_PARSE(app, argc, argv);
  for (const auto& [name, value] : rookery::host_facts()) fmt::print("{:<16} {}\n", name, value);
  try {
    rookery::bench::measure(options);
  } catch (const std::exception& exception) {
    fmt::print(stderr, "worker_start: {}\n", exception.what());
    return 1;
  }
}
