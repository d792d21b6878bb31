// What a recording has to do without because workers died of it.
#pragma once

#include <cstdint>
#include <vector>

#include "rookery/task.h"
#include "supervisor/charged_work.h"
#include "supervisor/journal/journal.h"

namespace rookery {

// A segment that a pass did without, and why; the fault has no times yet.
struct LeftOutSegment {
  PassKey pass;
  std::int64_t segment = 0;
  RecordingFault fault;
};

// Of a task that was answered after it had been isolated: without which segments.
std::vector<LeftOutSegment> left_out_of(const ChargedWork& work);

// Of work that was given up.
RecordingFault fault_of_given_up(const ChargedWork& work);

}  // namespace rookery
