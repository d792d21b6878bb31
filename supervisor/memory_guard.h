// What to do while memory runs short: first no new work, then fewer workers, and back again. Pure
// state, figures and time given from outside.
//
// Short: less than a twentieth of the total is available, but at least 256 MB and at most 2 GB must
// be (a large host is not short with 3 of 64 GB left), and never more than an eighth (a small
// container). Over: half as much again is available. In between nothing changes.
#pragma once

#include <optional>
#include <vector>

#include "supervisor/clock.h"
#include "supervisor/host/memory_room.h"

namespace rookery {

struct MemoryAdvice {
  bool dispatch = true;
  int workers = 0;  // wanted

  bool operator==(const MemoryAdvice&) const = default;
};

class MemoryGuard {
 public:
  // `workers`: as many as there may be; 1 if their number cannot be changed.
  explicit MemoryGuard(int workers);

  // Call it about once a second. The moment one of the rooms is short no work is given out; every
  // five seconds of it there is one worker less, down to one. One that stays short for a minute
  // more works all the same, since nobody else will make room. Five seconds after it is over work
  // is given out again, and every thirty seconds there is one worker more.
  MemoryAdvice look(const std::vector<MemoryRoom>& rooms, TimePoint now);

 private:
  void while_short(TimePoint now);
  void while_over(TimePoint now);

  int all_;
  MemoryAdvice advice_;
  bool short_ = false;
  TimePoint next_step_;
  std::optional<TimePoint> over_since_;
};

}  // namespace rookery
