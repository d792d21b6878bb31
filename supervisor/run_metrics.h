// A run in Prometheus' text format, for the textfile collector of its node exporter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "supervisor/run_observer.h"

namespace rookery {

// Times are of the wall clock, in seconds since 1970.
struct RunMetrics {
  std::string output;  // the output folder: label of every sample, so that jobs can be told apart
  std::int64_t started_seconds = 0;
  std::int64_t updated_seconds = 0;
  RunSnapshot totals;
  std::int64_t worker_deaths = 0;
  std::optional<int> exit_code;  // once it has ended
};

std::string to_prometheus(const RunMetrics& metrics);

}  // namespace rookery
