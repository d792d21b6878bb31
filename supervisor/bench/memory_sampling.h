// Memory of a tree of processes over time, the CPU time it used, how often its threads were moved.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "supervisor/bench/metrics.h"
#include "supervisor/clock.h"

namespace rookery {

struct MemorySample {
  double seconds = 0;  // since the start
  double rss_bytes = 0;
  double anonymous_bytes = 0;
  std::optional<double> pss_bytes;  // in one sample of ten: reading it stops the process a while
  std::optional<double> shmem_bytes = std::nullopt;  // runs of before it was sampled are without

  bool operator==(const MemorySample&) const = default;
};

// Peaks, and means over the samples from `begin_seconds` on, when workers are there; nothing if
// there are no samples, and no peak of PSS if it was not read from then on.
Metrics memory_metrics(const std::vector<MemorySample>& samples, double begin_seconds);
// Into the metrics of the run, in the place of what its summary tells.
void take_memory(const std::vector<MemorySample>& samples, Metrics& metrics);

// Looks at `root` and its descendants. Not thread-safe.
class MemorySampler {
 public:
  MemorySampler(pid_t root, TimePoint start) : root_(root), start_(start), due_(start) {}

  TimePoint due() const { return due_; }
  void sample(TimePoint now);

  const std::vector<MemorySample>& samples() const { return samples_; }
  // CPU time that the tree had used by then, between two looks as if used evenly.
  double cpu_seconds_at(double seconds) const;
  // As of the last look at each thread; nullopt where the kernel does not count them.
  std::optional<std::int64_t> migrations() const;

 private:
  pid_t root_;
  TimePoint start_;
  TimePoint due_;
  std::vector<MemorySample> samples_;
  std::vector<double> cpu_seconds_;                        // at each sample
  std::map<std::pair<pid_t, pid_t>, std::int64_t> moves_;  // by process and thread
};

}  // namespace rookery
