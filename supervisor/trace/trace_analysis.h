// From a trace's events to what they tell.
#pragma once

#include <string>

#include "rookery/result.h"
#include "supervisor/trace/forward_gaps.h"
#include "supervisor/trace/trace_reader.h"
#include "supervisor/trace/trace_report.h"

namespace rookery {

// Takes all events, each track's in order. Pure.
class TraceAnalysis {
 public:
  void take(const TraceEvent& event);
  // What has been taken up to now; what the supervisor did during stalls is looked up by
  // look_into_stalls().
  TraceReport report() const;

 private:
  void take_facts(const TraceEvent& event);
  void take_loop(const TraceEvent& slice);
  void take_worker(const TraceEvent& event);
  void take_stage(int worker, const TraceEvent& slice);
  void take_helper(const TraceEvent& event);
  void note_stall(int worker, const TraceEvent& wait);
  WorkerReport& worker(int number);
  HelperReport& helper(int number);

  TraceReport report_;
  ForwardGapCounter gaps_;
};

// Adds to each stall what the supervisor did meanwhile; takes all events once more.
void look_into_stalls(std::vector<Stall>& stalls, const TraceEvent& event);

// Reads a file twice, since the supervisor's part of a stall may come before it or after. Errors:
// those of read_trace().
Result<TraceReport> analyse_trace(const std::string& path);

}  // namespace rookery
