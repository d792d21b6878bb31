// What a trace tells of a run. Times in nanoseconds, those of a moment since the run began.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery {

using TimeByName = std::map<std::string, std::int64_t>;
std::int64_t sum_of(const TimeByName& times);
// 0 if it is not there.
std::int64_t time_of(const TimeByName& times, std::string_view name);

// The thread that a worker with decode_ahead reads in.
struct HelperReport {
  std::string name;
  TimeByName stages;  // as a worker's, but for "wait"
  std::int64_t cpu_ns = 0;
};

struct WorkerReport {
  std::string name;
  TimeByName stages;           // by the names of BeaconStage, and "wait"
  std::int64_t first_ns = -1;  // when it was ready; −1: nothing is known of it
  std::int64_t last_ns = -1;   // the end of what is known
  std::int64_t busy_ns = -1;   // the beginning of its first work; −1: it did none
  std::int64_t dry_ns = -1;    // the end of its last work
  std::int64_t work_ns = 0;    // of tasks and probes
  std::int64_t cpu_ns = 0;     // of these
  std::optional<HelperReport> helper = std::nullopt;
};

// From the end of a worker's forward to the beginning of its next.
struct LongGap {
  int worker = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  TimeByName filled_by;
};

// What lies between two forwards of a worker.
struct ForwardGaps {
  std::int64_t count = 0;
  std::int64_t forward_ns = 0;
  std::int64_t total_ns = 0;
  std::int64_t median_ns = 0;
  std::int64_t p90_ns = 0;
  std::int64_t p99_ns = 0;
  std::int64_t longest_ns = 0;
  TimeByName filled_by;
  std::vector<LongGap> longest;  // of all workers, longest first
};

// A long wait of a worker.
struct Stall {
  int worker = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::int64_t task = 0;  // that it waited for
  TimeByName supervisor;  // what it did meanwhile
};

struct TraceReport {
  bool whole = true;  // false: the run was killed or still went on
  std::string engine;
  std::int64_t tasks = 0;
  std::int64_t probes = 0;
  std::int64_t wall_ns = 0;
  std::int64_t start_up_ns = 0;  // until the model was ready
  std::int64_t stop_ns = 0;      // when workers were told to end, or the trace's end
  TimeByName supervisor;         // by the names of LoopStage
  std::vector<WorkerReport> workers;
  ForwardGaps gaps;
  std::vector<Stall> stalls;  // the longest ones, longest first

  // When the first worker was ready; 0 if none was.
  std::int64_t ready_ns() const;
  // From the beginning of the first work to the end of the last; 0, 0 without work.
  std::int64_t begin_ns() const;
  std::int64_t end_ns() const;
  // When the first worker ran out of work for good.
  std::int64_t first_dry_ns() const;
  // The workers' time at a stage between begin_ns() and end_ns(), as a share of all their time.
  double share(const std::string& stage) const;
  // In which they did not work.
  double idle_share() const;
};

}  // namespace rookery
