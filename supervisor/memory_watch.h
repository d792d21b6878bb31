// Peak memory of a worker tree, sampled now and then.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "supervisor/clock.h"
#include "supervisor/summary.h"

namespace rookery {

class MemoryWatch {
 public:
  // `root` tells the fork server's process, −1 while there is none. The supervisor's own memory is
  // added to the tree's.
  MemoryWatch(std::function<pid_t()> root, const Clock& clock);

  // Samples if the last sample is old enough: reading a process's PSS holds it up for milliseconds.
  // Returns the tree's PSS in bytes if it did.
  std::optional<std::int64_t> tick();
  std::int64_t sample();
  // Of the tree now, read from what is cheap to read.
  std::int64_t anonymous_bytes() const;
  // Peaks so far; `weights_bytes` as the fork server told. The list of workers holds as many as
  // there were at once, those that had most.
  MemorySummary peak(std::int64_t weights_bytes) const;

 private:
  void forget_the_least(std::size_t kept);

  std::function<pid_t()> root_;
  const Clock& clock_;
  TimePoint last_sample_;
  std::int64_t tree_pss_bytes_ = 0;
  std::map<pid_t, std::int64_t> private_bytes_;  // of workers, by process
  std::size_t most_workers_ = 0;                 // at once
};

}  // namespace rookery
