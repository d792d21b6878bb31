// What a task costs the supervisor: the real run loop, pool, channel and journal on made-up
// recordings, with stub workers that answer at once. CPU time is the whole supervisor process's,
// ZeroMQ's I/O thread and the journal's commits included.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <filesystem>
#include <string>

#include "bench/stub_worker.h"
#include "supervisor/host/host_facts.h"
#include "supervisor/journal/sqlite_journal.h"
#include "supervisor/pool/process_pool.h"
#include "supervisor/progress.h"
#include "supervisor/run_loop.h"
#include "supervisor/run_setup.h"
#include "tests/listed.h"

namespace rookery::bench {
namespace {

constexpr int kLabels = 527;

struct Load {
  const char* name;
  std::int64_t recording_seconds;
  int recordings;
};

// Segments of 5 s, as the CNN tagger has them: one each, a batch each, ninety batches each.
constexpr std::array kLoads{
    Load{"short recordings, 3 s", 3, 20000},
    Load{"recordings of one batch, 40 s", 40, 20000},
    Load{"long recordings, 1 h", 3600, 200},
};

struct Cost {
  double cpu_seconds = 0;
  double wall_seconds = 0;
  RunReport report;
};

ModelCard made_up_card() {
  ModelCard card;
  card.name = "made up";
  card.file = "none";
  card.geometry.sample_rate = 32000;
  card.geometry.window = card.geometry.hop = std::int64_t{5} * 32000;
  for (int label = 0; label < kLabels; ++label) card.labels.push_back(fmt::format("{}", label));
  return card;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string list_of_names(const Load& load) {
  std::string names;
  for (int number = 0; number < load.recordings; ++number) {
    names += fmt::format("site-{:03}/2024-05-17/recording-{:06}.wav\n", number % 100, number);
  }
  return names;
}

ProcessPoolSettings stub_pool(const RunConfig& config, const ModelCard& card, const Load& load,
                              const std::string& stub_program, int workers) {
  ProcessPoolSettings settings;
  settings.worker_program = stub_program;
  settings.worker = worker_settings(config, card);
  settings.cores.resize(static_cast<std::size_t>(workers));
  settings.environment = {{kSecondsVariable, std::to_string(load.recording_seconds)}};
  settings.timeouts = {std::chrono::seconds(30), std::chrono::seconds(30)};
  return settings;
}

// Throws std::logic_error, with the error's text, where a step cannot be done.
Cost measure(const Load& load, const std::string& stub_program, int workers,
             const std::filesystem::path& folder) {
  const RunConfig config;
  const ModelCard card = made_up_card();
  const SteadyClock clock;
  SignalSource signals = SignalSource::open().value();
  const auto pool =
      ProcessPool::open(stub_pool(config, card, load, stub_program, workers), signals, clock)
          .value();
  const auto journal = SqliteJournal::open(folder / "journal.sqlite").value();
  (void)journal->begin_run().value();
  InputSource inputs = InputSource::open({"-"}, listed(list_of_names(load))).value();
  Progress progress(ProgressStyle::kPlain, stderr, clock, ProgressMeter(std::nullopt, clock.now()));
  (void)pool->start().value();

  const double cpu_before = cpu_seconds();
  const TimePoint started = clock.now();
  const WorkShape shape{card, config.results, config.speed.max_unreleased_segments, 0};
  RunLoop loop({inputs, *pool, clock, progress}, {{shape, journal.get()}}, config.speed);
  Cost cost;
  cost.report = loop.run();
  cost.cpu_seconds = cpu_seconds() - cpu_before;
  cost.wall_seconds = std::chrono::duration<double>(clock.now() - started).count();
  pool->stop(false);
  return cost;
}

std::filesystem::path fresh_folder() {
  std::string name = std::filesystem::temp_directory_path() / "rookery-bench-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

void print_host() {
  for (const auto& [name, value] : host_facts()) fmt::print("{:<16} {}\n", name, value);
  fmt::print("{:<16} not used: stub workers\n\n", "LibTorch");
}

void print_cost(const Load& load, const Cost& cost) {
  const RunReport& report = cost.report;
  const auto us_for_each = [&](std::int64_t count) {
    return cost.cpu_seconds * 1e6 / static_cast<double>(count);
  };
  fmt::print("{:<30} {:>7} {:>8} {:>9} {:>12.1f} {:>17.1f} {:>14.0f}\n", load.name,
             report.totals.done, report.tasks, report.segments, us_for_each(report.tasks),
             us_for_each(report.totals.done),
             static_cast<double>(report.tasks) / cost.wall_seconds);
}

void measure_all(const std::string& stub_program, int workers) {
  print_host();
  fmt::print("{:<30} {:>7} {:>8} {:>9} {:>12} {:>17} {:>14}\n", "", "done", "tasks", "segments",
             "CPU us/task", "CPU us/recording", "tasks/second");
  for (const Load& load : kLoads) {
    const auto folder = fresh_folder();
    const Cost cost = measure(load, stub_program, workers, folder);
    std::filesystem::remove_all(folder);
    if (cost.report.error) throw std::runtime_error(to_string(*cost.report.error));
    print_cost(load, cost);
  }
}

}  // namespace
}  // namespace rookery::bench

int main(int argc, char** argv) {
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  std::string stub_program = beside / "stub_worker";
  int workers = 2;
  CLI::App app("CPU time of the supervisor for each task, with stub workers");
  app.add_option("--stub", stub_program, "the stub worker");
  app.add_option("--workers", workers, "how many stubs");
  CLI11_PARSE(app, argc, argv);
  try {
    rookery::bench::measure_all(stub_program, workers);
  } catch (const std::exception& exception) {
    fmt::print(stderr, "supervisor_cost: {}\n", exception.what());
    return 1;
  }
}
