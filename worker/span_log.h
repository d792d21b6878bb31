// What a worker's thread was at, one stage after the other, for a run that is traced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "rookery/task.h"
#include "shm/beacon.h"

namespace rookery {

// CLOCK_MONOTONIC in nanoseconds.
std::int64_t monotonic_ns();

// Not thread-safe. Spans follow one another without gaps, kIdle being the wait for work; a stage
// shorter than a microsecond is left out, its time going to the next.
//
// Memory is bounded: of more than kMaxSpans that nobody took, stretches are told coarser: a run of
// spans becomes one for each of its stages, as long as they were together, in the order of
// BeaconStage. Sums by stage stay what they were. kSend spans stay as they are, since they tell
// where the work on one message ends and that on the next begins; where these alone are too many,
// the oldest spans are forgotten.
class SpanLog {
 public:
  static constexpr std::size_t kMaxSpans = 512;

  // Begins idle.
  explicit SpanLog(std::function<std::int64_t()> now_ns = monotonic_ns);

  // Ends the stage entered last.
  void enter(BeaconStage stage);
  // Ends it too and hands out all spans that were not handed out yet; from now on it is idle.
  std::vector<StageSpan> take();

 private:
  void close();
  void coarsen();
  void forget_oldest();

  std::function<std::int64_t()> now_ns_;
  BeaconStage stage_ = BeaconStage::kIdle;
  std::int64_t entered_ns_;
  std::vector<StageSpan> spans_;
};

}  // namespace rookery
