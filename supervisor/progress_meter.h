// Rates and remaining time of a run, from snapshots. Pure; time given from outside.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "supervisor/clock.h"
#include "supervisor/inputs/inputs.h"
#include "supervisor/run_observer.h"

namespace rookery {

class ProgressMeter {
 public:
  // `totals` is nullopt when the inputs are a list that cannot be counted beforehand.
  ProgressMeter(std::optional<InputTotals> totals, TimePoint start);

  void observe(const RunSnapshot& snapshot, TimePoint now);

  // Seconds of audio a second of wall time, over the last minute.
  double times_real_time() const;
  // By the file bytes that are left; nullopt while nothing can be said.
  std::optional<std::chrono::seconds> time_left() const;
  // "124 of 600 recordings · 3.2 h of audio · 412 × real time · 0:12:31 left · 2 failed · 8
  // workers"
  std::string line() const;
  // What a finished run says of itself; `started` is when the first worker was asked for.
  std::string summary(TimePoint started) const;

 private:
  struct Sample {
    TimePoint time;
    RunSnapshot snapshot;
  };
  double seconds_in_window() const;

  std::optional<InputTotals> totals_;
  std::deque<Sample> window_;
};

// "0:12:31"; "2 d 3:04:05" past a day.
std::string format_duration(std::chrono::seconds duration);

}  // namespace rookery
