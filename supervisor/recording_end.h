// How a recording ended, as the journal keeps it.
#pragma once

#include <cstdint>

#include "rookery/result.h"
#include "supervisor/journal/journal.h"
#include "supervisor/open_recording.h"

namespace rookery {

// A fault of a whole recording.
RecordingFault fault_of(const Error& error);

// Of a recording whose passes of this model are through: what could not be read of the file, and
// the segments that were left out, are its gaps.
RecordingOutcome outcome_of(const OpenRecording& recording, std::int32_t model);

}  // namespace rookery
