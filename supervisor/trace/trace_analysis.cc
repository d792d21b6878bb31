#include "supervisor/trace/trace_analysis.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "supervisor/trace/longest.h"
#include "supervisor/trace/trace_recorder.h"

namespace rookery {
namespace {

constexpr std::size_t kMostStalls = 8;
// A trace may say any number of workers, but is not believed more.
constexpr int kMostWorkers = 4096;

std::int64_t number(const TraceEvent& event, const std::string& name) {
  const auto found = event.numbers.find(name);
  return found == event.numbers.end() ? 0 : found->second;
}

std::string text(const TraceEvent& event, const std::string& name) {
  const auto found = event.texts.find(name);
  return found == event.texts.end() ? "" : found->second;
}

// Tracks of workers count from 1, those of helpers from kHelperThreads + 1.
int worker_of(const TraceEvent& event) { return event.thread - 1; }
int owner_of(const TraceEvent& event) { return event.thread - kHelperThreads - 1; }

bool is_worker(int number) { return number >= 0 && number < kMostWorkers; }

bool is_of_worker(const TraceEvent& event) {
  return event.process == kWorkersProcess && is_worker(worker_of(event));
}

bool is_of_helper(const TraceEvent& event) {
  return event.process == kWorkersProcess && is_worker(owner_of(event));
}

}  // namespace

void TraceAnalysis::take(const TraceEvent& event) {
  if (event.phase == 'M' || event.name == kTraceName) {
    take_facts(event);
    return;
  }
  report_.wall_ns = std::max(report_.wall_ns, event.end_ns());
  if (event.is_slice_of(kLoopCategory)) take_loop(event);
  if (is_of_worker(event)) take_worker(event);
  if (is_of_helper(event)) take_helper(event);
}

void TraceAnalysis::take_facts(const TraceEvent& event) {
  if (event.name == kTraceName) report_.engine = text(event, "engine");
  if (event.name != "thread_name") return;
  if (is_of_worker(event)) worker(worker_of(event)).name = text(event, "name");
  if (is_of_helper(event)) helper(owner_of(event)).name = text(event, "name");
}

WorkerReport& TraceAnalysis::worker(int number) {
  const auto index = static_cast<std::size_t>(number);
  if (index >= report_.workers.size()) report_.workers.resize(index + 1);
  return report_.workers[index];
}

HelperReport& TraceAnalysis::helper(int number) {
  std::optional<HelperReport>& its_helper = worker(number).helper;
  return its_helper ? *its_helper : its_helper.emplace();
}

void TraceAnalysis::take_loop(const TraceEvent& slice) {
  report_.supervisor[slice.name] += slice.duration_ns;
  if (slice.name == to_string(LoopStage::kStartUp)) report_.start_up_ns = slice.end_ns();
  if (slice.name == to_string(LoopStage::kStop) && report_.stop_ns == 0) {
    report_.stop_ns = slice.begin_ns;
  }
}

void TraceAnalysis::take_worker(const TraceEvent& event) {
  const int number_of_worker = worker_of(event);
  if (event.is_slice_of(kStageCategory)) {
    take_stage(number_of_worker, event);
  } else if (event.is_slice_of(kTaskCategory)) {
    WorkerReport& one = worker(number_of_worker);
    const std::int64_t cpu_us = number(event, "cpu_us");
    ++(event.name.starts_with("probe") ? report_.probes : report_.tasks);
    if (cpu_us == 0) return;  // not known, as that of refused ones
    one.work_ns += event.duration_ns;
    one.cpu_ns += cpu_us * 1000;
  } else if (event.phase == 'i' && event.name != "ready") {
    gaps_.worker_gone(number_of_worker);
  }
}

void TraceAnalysis::take_stage(int number_of_worker, const TraceEvent& slice) {
  WorkerReport& one = worker(number_of_worker);
  if (one.first_ns < 0) one.first_ns = slice.begin_ns;
  one.last_ns = std::max(one.last_ns, slice.end_ns());
  one.stages[slice.name] += slice.duration_ns;
  gaps_.take(number_of_worker, slice);
  if (slice.name == "wait") {
    note_stall(number_of_worker, slice);
  } else if (slice.name != to_string(BeaconStage::kSend)) {
    if (one.busy_ns < 0) one.busy_ns = slice.begin_ns;
    one.dry_ns = std::max(one.dry_ns, slice.end_ns());
  }
}

void TraceAnalysis::take_helper(const TraceEvent& event) {
  HelperReport& one = helper(owner_of(event));
  if (event.is_slice_of(kTaskCategory)) one.cpu_ns += number(event, "cpu_us") * 1000;
  if (event.is_slice_of(kStageCategory) && event.name != "wait") {
    one.stages[event.name] += event.duration_ns;
  }
}

void TraceAnalysis::note_stall(int number_of_worker, const TraceEvent& wait) {
  Stall stall{number_of_worker, wait.begin_ns, wait.end_ns(), number(wait, "task"), {}};
  keep_longest(report_.stalls, std::move(stall), kMostStalls);
}

TraceReport TraceAnalysis::report() const {
  TraceReport report = report_;
  report.gaps = gaps_.counted();
  if (report.stop_ns == 0) report.stop_ns = report.wall_ns;
  return report;
}

void look_into_stalls(std::vector<Stall>& stalls, const TraceEvent& event) {
  if (!event.is_slice_of(kLoopCategory)) return;
  for (Stall& stall : stalls) {
    const std::int64_t begin = std::max(stall.begin_ns, event.begin_ns);
    const std::int64_t end = std::min(stall.end_ns, event.end_ns());
    if (begin < end) stall.supervisor[event.name] += end - begin;
  }
}

Result<TraceReport> analyse_trace(const std::string& path) {
  TraceAnalysis analysis;
  const auto whole = read_trace(path, [&](const TraceEvent& event) { analysis.take(event); });
  if (!whole) return whole.error();
  TraceReport report = analysis.report();
  report.whole = *whole;
  const auto again =
      read_trace(path, [&](const TraceEvent& event) { look_into_stalls(report.stalls, event); });
  if (!again) return again.error();
  return report;
}

}  // namespace rookery
