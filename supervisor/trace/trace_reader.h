// Reads the file of a trace, event by event.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "rookery/result.h"

namespace rookery {

// Times in nanoseconds since the run began.
struct TraceEvent {
  char phase = ' ';
  int process = 0;
  int thread = 0;
  std::string category;
  std::string name;
  std::int64_t begin_ns = 0;
  std::int64_t duration_ns = 0;
  std::map<std::string, std::int64_t> numbers;  // of its arguments
  std::map<std::string, std::string> texts;

  std::int64_t end_ns() const { return begin_ns + duration_ns; }
  bool is_slice_of(std::string_view wanted) const { return phase == 'X' && category == wanted; }
};

// Calls `take` for each event, in the file's order; holds one at a time. Returns whether the file
// is whole: that of a run that was killed, or still goes on, ends anywhere. Error stage "trace": it
// cannot be read, or is not what a run of rookery wrote, or has another kTraceVersion.
Result<bool> read_trace(const std::string& path,
                        const std::function<void(const TraceEvent&)>& take);

}  // namespace rookery
