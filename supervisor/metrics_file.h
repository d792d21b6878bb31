// Keeps a metrics file up to date while a run goes on.
#pragma once

#include <string>

#include "rookery/result.h"
#include "supervisor/clock.h"
#include "supervisor/run_metrics.h"

namespace rookery {

class MetricsFile {
 public:
  // `clock` outlives it; an empty path means no file at all.
  MetricsFile(std::string path, const std::string& output, const Clock& clock);

  // At the run's beginning; the first thing that would tell that it cannot be written.
  Status begin();
  // Writes now and then, whole or not at all. What cannot be written is tried again.
  void tick(const RunSnapshot& totals);
  void worker_died() { ++metrics_.worker_deaths; }
  Status end(const RunSnapshot& totals, int exit_code);

 private:
  Status write();

  std::string path_;
  const Clock& clock_;
  RunMetrics metrics_;
  TimePoint written_;
};

}  // namespace rookery
