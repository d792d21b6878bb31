// How long the workers that a run begins with took until they were ready to work.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "ipc/protocol.h"
#include "supervisor/clock.h"

namespace rookery {

class WorkersStart {
 public:
  explicit WorkersStart(int slots) : ready_(static_cast<std::size_t>(slots)) {}

  // Successors in a slot are not of the start.
  void ready(SlotId slot, TimePoint now) {
    auto& first = ready_.at(static_cast<std::size_t>(slot));
    if (!first) first = now;
  }

  // The mean over the workers, so that the time from it to `end`, the run's, is what a worker had
  // for its work. One that did not come up until then had none.
  TimePoint mean(TimePoint end) const {
    if (ready_.empty()) return end;
    TimePoint::duration worked{0};
    for (const auto& one : ready_) worked += end - one.value_or(end);
    return end - worked / static_cast<std::ptrdiff_t>(ready_.size());
  }

 private:
  std::vector<std::optional<TimePoint>> ready_;  // by slot
};

}  // namespace rookery
