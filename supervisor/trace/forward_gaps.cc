#include "supervisor/trace/forward_gaps.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "shm/beacon.h"
#include "supervisor/trace/longest.h"

namespace rookery {
namespace {

constexpr std::size_t kMostGapsTold = 5;

// The smallest length that so many percent of all do not exceed.
std::int64_t percentile(const std::vector<std::int64_t>& sorted, std::size_t percent) {
  if (sorted.empty()) return 0;
  return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

}  // namespace

void ForwardGapCounter::take(int worker, const TraceEvent& slice) {
  const auto open = open_.find(worker);
  if (slice.name != to_string(BeaconStage::kForward)) {
    if (open != open_.end()) open->second.filled_by[slice.name] += slice.duration_ns;
    return;
  }
  sums_.forward_ns += slice.duration_ns;
  if (open != open_.end()) close(worker, open->second, slice.begin_ns);
  open_[worker] = {slice.end_ns(), {}};
}

void ForwardGapCounter::close(int worker, const Gap& gap, std::int64_t end_ns) {
  const std::int64_t length = end_ns - gap.begin_ns;
  lengths_ns_.push_back(length);
  sums_.total_ns += length;
  for (const auto& [stage, time] : gap.filled_by) sums_.filled_by[stage] += time;
  keep_longest(sums_.longest, {worker, gap.begin_ns, end_ns, gap.filled_by}, kMostGapsTold);
}

ForwardGaps ForwardGapCounter::counted() const {
  ForwardGaps gaps = sums_;
  std::vector<std::int64_t> sorted = lengths_ns_;
  std::ranges::sort(sorted);
  gaps.count = std::ssize(sorted);
  gaps.median_ns = percentile(sorted, 50);
  gaps.p90_ns = percentile(sorted, 90);
  gaps.p99_ns = percentile(sorted, 99);
  gaps.longest_ns = percentile(sorted, 100);
  return gaps;
}

}  // namespace rookery
