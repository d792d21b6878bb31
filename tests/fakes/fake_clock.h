// Clocks for tests.
#pragma once

#include "supervisor/clock.h"

namespace rookery {

// One that a test ticks.
class FakeClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void advance(std::chrono::milliseconds step) { now_ += step; }

 private:
  TimePoint now_{std::chrono::hours(1)};
};

// One on which every look at it takes ten milliseconds.
class RunningClock final : public Clock {
 public:
  TimePoint now() const override { return now_ += std::chrono::milliseconds(10); }

 private:
  mutable TimePoint now_{std::chrono::hours(1)};
};

}  // namespace rookery
