// What workers do between two forwards: what of a run is not the model's own work.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "supervisor/trace/trace_reader.h"
#include "supervisor/trace/trace_report.h"

namespace rookery {

// Takes the slices of workers' stages, each worker's in order. Holds eight bytes a gap.
class ForwardGapCounter {
 public:
  void take(int worker, const TraceEvent& slice);
  // The worker's next forward is another worker's.
  void worker_gone(int worker) { open_.erase(worker); }

  ForwardGaps counted() const;

 private:
  struct Gap {
    std::int64_t begin_ns = 0;
    TimeByName filled_by;
  };

  void close(int worker, const Gap& gap, std::int64_t end_ns);

  std::map<int, Gap> open_;  // by worker, since its last forward
  std::vector<std::int64_t> lengths_ns_;
  ForwardGaps sums_;
};

}  // namespace rookery
