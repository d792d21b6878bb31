#include "supervisor/trace/trace_report.h"

#include <algorithm>
#include <limits>
#include <set>

namespace rookery {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t earliest(const std::vector<WorkerReport>& workers, std::int64_t WorkerReport::*time) {
  std::int64_t first = kNever;
  for (const WorkerReport& worker : workers) {
    if (worker.*time >= 0) first = std::min(first, worker.*time);
  }
  return first == kNever ? 0 : first;
}

}  // namespace

std::int64_t sum_of(const TimeByName& times) {
  std::int64_t sum = 0;
  for (const auto& [name, time] : times) sum += time;
  return sum;
}

std::int64_t time_of(const TimeByName& times, std::string_view name) {
  const auto found = times.find(std::string(name));
  return found == times.end() ? 0 : found->second;
}

std::int64_t TraceReport::ready_ns() const { return earliest(workers, &WorkerReport::first_ns); }
std::int64_t TraceReport::begin_ns() const { return earliest(workers, &WorkerReport::busy_ns); }
std::int64_t TraceReport::first_dry_ns() const { return earliest(workers, &WorkerReport::dry_ns); }

std::int64_t TraceReport::end_ns() const {
  std::int64_t end = 0;
  for (const WorkerReport& worker : workers) end = std::max(end, worker.dry_ns);
  return end;
}

double TraceReport::share(const std::string& stage) const {
  const std::int64_t window = end_ns() - begin_ns();
  if (workers.empty() || window <= 0) return 0;
  std::int64_t sum = 0;
  for (const WorkerReport& worker : workers) sum += time_of(worker.stages, stage);
  return static_cast<double>(sum) / static_cast<double>(window) /
         static_cast<double>(workers.size());
}

double TraceReport::idle_share() const {
  std::set<std::string> stages;
  for (const WorkerReport& worker : workers) {
    for (const auto& [stage, time] : worker.stages) stages.insert(stage);
  }
  stages.erase("wait");
  double working = 0;
  for (const std::string& stage : stages) working += share(stage);
  return std::max(0.0, 1 - working);
}

}  // namespace rookery
