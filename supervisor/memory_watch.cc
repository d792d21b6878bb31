#include "supervisor/memory_watch.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "supervisor/host/process_memory.h"

namespace rookery {
namespace {

constexpr std::chrono::seconds kInterval{5};

}  // namespace

MemoryWatch::MemoryWatch(std::function<pid_t()> root, const Clock& clock)
    : root_(std::move(root)), clock_(clock), last_sample_(clock.now()) {}

std::optional<std::int64_t> MemoryWatch::tick() {
  if (clock_.now() - last_sample_ < kInterval) return std::nullopt;
  return sample();
}

std::int64_t MemoryWatch::sample() {
  last_sample_ = clock_.now();
  std::int64_t tree_pss_bytes = process_memory(getpid()).value_or(ProcessMemory{}).pss_bytes;
  const pid_t root = root_();
  std::size_t workers = 0;
  for (const pid_t pid : process_tree(root)) {
    const auto memory = process_memory(pid);
    if (!memory) continue;
    tree_pss_bytes += memory->pss_bytes;
    if (pid != root) {
      std::int64_t& peak = private_bytes_[pid];
      peak = std::max(peak, memory->private_dirty_bytes);
      ++workers;
    }
  }
  most_workers_ = std::max(most_workers_, workers);
  forget_the_least(most_workers_);
  tree_pss_bytes_ = std::max(tree_pss_bytes_, tree_pss_bytes);
  return tree_pss_bytes;
}

std::int64_t MemoryWatch::anonymous_bytes() const {
  std::int64_t bytes = rookery::anonymous_bytes(getpid());
  for (const pid_t pid : process_tree(root_())) bytes += rookery::anonymous_bytes(pid);
  return bytes;
}

void MemoryWatch::forget_the_least(std::size_t kept) {
  while (private_bytes_.size() > kept) {
    private_bytes_.erase(std::ranges::min_element(
        private_bytes_, {}, [](const auto& worker) { return worker.second; }));
  }
}

MemorySummary MemoryWatch::peak(std::int64_t weights_bytes) const {
  MemorySummary summary;
  summary.tree_pss_bytes = tree_pss_bytes_;
  summary.shared_weights_bytes = weights_bytes;
  for (const auto& [pid, bytes] : private_bytes_) {
    summary.private_bytes_per_worker.push_back(bytes);
  }
  return summary;
}

}  // namespace rookery
