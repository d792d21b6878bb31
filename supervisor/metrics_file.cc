#include "supervisor/metrics_file.h"

#include <ctime>
#include <utility>

#include "supervisor/atomic_file.h"

namespace rookery {
namespace {

// As often as Prometheus asks the node exporter by default.
constexpr std::chrono::seconds kInterval{15};

}  // namespace

MetricsFile::MetricsFile(std::string path, const std::string& output, const Clock& clock)
    : path_(std::move(path)), clock_(clock) {
  metrics_.output = output;
  metrics_.started_seconds = std::time(nullptr);
}

Status MetricsFile::begin() { return write(); }

void MetricsFile::tick(const RunSnapshot& totals) {
  if (clock_.now() - written_ < kInterval) return;
  metrics_.totals = totals;
  // A full disk may have room again the next time; end() tells what still cannot be written.
  (void)write().ok();
}

Status MetricsFile::end(const RunSnapshot& totals, int exit_code) {
  metrics_.totals = totals;
  metrics_.totals.workers_ready = 0;
  metrics_.exit_code = exit_code;
  return write();
}

Status MetricsFile::write() {
  if (path_.empty()) return Done{};
  written_ = clock_.now();
  metrics_.updated_seconds = std::time(nullptr);
  return write_file_atomically(path_, to_prometheus(metrics_));
}

}  // namespace rookery
