// Shows a run to the person who started it: one line that is rewritten on a terminal, plain lines
// now and then when piped, next to nothing when quiet.
#pragma once

#include <cstdio>
#include <string>

#include "supervisor/clock.h"
#include "supervisor/progress_meter.h"
#include "supervisor/run_observer.h"
#include "supervisor/status_line.h"

namespace rookery {

class Progress final : public RunObserver {
 public:
  // `stream` and `clock` outlive it.
  Progress(ProgressStyle style, std::FILE* stream, const Clock& clock, ProgressMeter meter);

  void recording_failed(const Recording& recording, const std::string& why) override;
  void recording_has_gap(const Recording& recording, const std::string& why) override;
  void worker_died(int slot, const std::string& how) override;
  void notice(const std::string& what) override;
  void stopping(const std::string& why) override;
  void tick(const RunSnapshot& snapshot) override;

  // The last state, in lines that stay; `where` says where to look for what came out. A quiet run
  // says this alone, and that only after recordings failed or have gaps or workers died.
  void finish(const RunSnapshot& snapshot, TimePoint started, const std::string& where);

 private:
  StatusLine line_;
  const Clock& clock_;
  ProgressMeter meter_;
  TimePoint shown_;
  std::chrono::milliseconds interval_;
  bool trouble_ = false;  // something that even a quiet run tells at its end
};

}  // namespace rookery
