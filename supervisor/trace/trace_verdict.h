// What bounds a run, from the report of its trace: in one sentence, with what to do about it.
#pragma once

#include <string>

#include "supervisor/trace/trace_report.h"

namespace rookery {

struct TraceVerdict {
  // "start-up", "supervisor", "tail", "wait", a stage's name; "read" is probe, seek and decode;
  // "nothing" for a trace without work.
  std::string bound;
  std::string sentence;
  std::string remedy;
};

TraceVerdict verdict(const TraceReport& report);

// Whether workers had their cores while they worked, in a sentence; "" if they had or nothing is
// known.
std::string core_sharing(const TraceReport& report);

}  // namespace rookery
