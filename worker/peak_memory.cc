#include "worker/peak_memory.h"

#include <algorithm>
#include <fstream>

#include "worker/process_status.h"

namespace rookery {
namespace {

void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

std::int64_t shared_bytes() { return own_status_bytes("RssShmem:") + own_status_bytes("RssFile:"); }

}  // namespace

PeakMemory::PeakMemory()
    : resident_bytes_(own_status_bytes("VmRSS:")), shared_bytes_(shared_bytes()) {
  reset_peak();
}

std::int64_t PeakMemory::bytes_above_beginning() const {
  const std::int64_t newly_shared = shared_bytes() - shared_bytes_;
  return std::max<std::int64_t>(0, own_status_bytes("VmHWM:") - resident_bytes_ - newly_shared);
}

}  // namespace rookery
