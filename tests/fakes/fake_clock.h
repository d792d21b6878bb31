// A clock that a test ticks.
#pragma once

#include "supervisor/clock.h"

namespace rookery {

class FakeClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void advance(std::chrono::milliseconds step) { now_ += step; }

 private:
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace rookery
