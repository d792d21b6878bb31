// One run of a cell as it is kept: a line of runs.jsonl.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rookery/result.h"
#include "supervisor/bench/memory_sampling.h"
#include "supervisor/bench/metrics.h"
#include "supervisor/bench/schedule.h"

namespace rookery {

struct RunRecord {
  std::string cell;  // its id
  Phase phase = Phase::kMeasured;
  std::int32_t round = 0;
  RunEnding ending = RunEnding::kDone;
  std::string why;           // unless kDone
  bool set_aside = false;    // made again, since the host was slow: counts nowhere
  double began_seconds = 0;  // since 1970
  double load = 0;           // of the host when it began: threads ready to run, over a minute
  double spent_seconds = 0;  // of the time budget, by all runs so far
  Metrics metrics;           // total_seconds alone unless kDone
  std::vector<MemorySample> memory;
  std::string output_digest;  // SHA-256 over the exports; "" unless kDone
  std::map<std::string, std::string> versions;

  bool operator==(const RunRecord&) const = default;
};

// One line, without its end.
std::string to_line(const RunRecord& record);
Result<RunRecord> parse_run_record(const std::string& line);

}  // namespace rookery
