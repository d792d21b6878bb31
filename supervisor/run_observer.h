// What a run tells those who watch it: progress on a terminal, a log, a test.
#pragma once

#include <cstdint>
#include <string>

#include "rookery/recording.h"

namespace rookery {

// Where a run stands.
struct RunSnapshot {
  std::int64_t done = 0;  // recordings finished by this run, with or without gaps
  std::int64_t failed = 0;
  std::int64_t skipped = 0;      // finished by an earlier run
  std::int64_t with_faults = 0;  // failed or with gaps, in this run or skipped
  std::int64_t audio_us = 0;     // audio that has been merged by this run
  std::int64_t file_bytes = 0;   // of recordings that are through, open ones by the share merged
  int workers_ready = 0;
};

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void recording_failed(const Recording& recording, const std::string& why) = 0;
  virtual void recording_has_gap(const Recording& recording, const std::string& why) = 0;
  virtual void worker_died(int slot, const std::string& how) = 0;
  // What may interest a person who watches, and is no trouble.
  virtual void notice(const std::string& /*what*/) {}
  // No new work is taken from now on.
  virtual void stopping(const std::string& why) = 0;
  // Called often; it is the observer that decides when to show something.
  virtual void tick(const RunSnapshot& snapshot) = 0;
};

}  // namespace rookery
