#include "supervisor/bench/cell_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "rookery/exit_codes.h"
#include "supervisor/bench/ending_signal.h"
#include "supervisor/bench/kept_outputs.h"
#include "supervisor/bench/measured_process.h"
#include "supervisor/bench/measurements.h"
#include "supervisor/bench/memory_sampling.h"
#include "supervisor/bench/run_folder.h"
#include "supervisor/pool/child_process.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

using Steady = std::chrono::steady_clock;

// How the watching ended.
struct Watched {
  bool over_time = false;
  std::optional<int> signal;
};

// Until the process ends, or has to.
Watched watch(const MeasuredProcess& process, MemorySampler& sampler, SignalSource& signals,
              Steady::time_point deadline) {
  while (true) {
    const auto now = Steady::now();
    if (now >= sampler.due()) sampler.sample(now);
    const auto next = std::min(sampler.due(), deadline);
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - Steady::now());
    std::array polled = {pollfd{process.fd(), POLLIN, 0}, pollfd{signals.fd(), POLLIN, 0}};
    ::poll(polled.data(), polled.size(), std::max(0, static_cast<int>(wait.count())));
    // A signal to all processes ends the run as well.
    if (polled[0].revents != 0) return {false, ending_signal(signals)};
    if (const auto signal = ending_signal(signals)) return {false, signal};
    if (Steady::now() >= deadline) return {true, std::nullopt};
  }
}

double load_of_host() {
  std::array<double, 1> load{};
  return ::getloadavg(load.data(), 1) == 1 ? load[0] : 0;
}

// Recordings that cannot be read are no fault of a cell's: all cells have them.
bool is_whole(int wait_status) {
  return WIFEXITED(wait_status) &&
         (WEXITSTATUS(wait_status) == kExitDone || WEXITSTATUS(wait_status) == kExitSomeFailed);
}

Status measure(const RunFolder& folder, const Usage& usage, int wait_status, RunRecord& record) {
  if (is_whole(wait_status)) return take_measurements(folder, usage, record);
  const std::string end = describe_wait_status(wait_status);
  return Error{"bench", fmt::format("{}: {}", end, folder.last_words()), ""};
}

// What a run that ended by itself was. That its output cannot be kept is no fault of the cell's:
// an Error, so that the run is made again when there is room.
Status judge(const RunFolder& folder, const CellRunOrder& order, const ProcessEnd& end,
             const MemorySampler& sampler, RunRecord& record) {
  const Usage usage{end.usage, sampler, order.cores};
  if (const Status measured = measure(folder, usage, end.wait_status, record); !measured) {
    record.ending = RunEnding::kFailed;
    record.why = measured.error().reason;
    return Done{};
  }
  auto digest = keep_output(folder.out(), order.kept_folder);
  if (!digest) return digest.error();
  record.output_digest = std::move(*digest);
  return Done{};
}

}  // namespace

Result<CellRun> run_cell(const CellRunOrder& order, SignalSource& signals) {
  const RunFolder folder(order.folder);
  if (const Status made = folder.make(order.yaml, order.inputs); !made) return made.error();
  const UniqueFd said(::open(folder.said().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  if (!said) return system_error("bench", folder.said(), "opened", errno);
  CellRun run;
  run.record.began_seconds = static_cast<double>(std::time(nullptr));
  run.record.load = load_of_host();
  const auto start = Steady::now();
  auto process =
      MeasuredProcess::start({order.program, "run", "--config", folder.config()}, said.get());
  if (!process) return process.error();
  MemorySampler sampler(process->pid(), start);
  const Watched watched = watch(*process, sampler, signals, start + order.max_time);
  if (watched.over_time || watched.signal) process->kill_group();
  const ProcessEnd end = process->wait();
  run.signal = watched.signal;
  run.record.metrics["total_seconds"] =
      std::chrono::duration<double>(Steady::now() - start).count();
  if (watched.over_time) {
    run.record.ending = RunEnding::kOverTime;
    run.record.why = fmt::format("took more than {} s", order.max_time.count());
  } else if (!watched.signal) {
    const Status judged = judge(folder, order, end, sampler, run.record);
    if (!judged) return judged.error();
  }
  return run;
}

}  // namespace rookery
