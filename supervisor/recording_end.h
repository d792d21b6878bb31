// How a recording ended, as the journal keeps it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rookery/detection.h"
#include "rookery/result.h"
#include "supervisor/journal/journal.h"
#include "supervisor/open_recording.h"

namespace rookery {

// A fault of a whole recording.
RecordingFault fault_of(const Error& error);

// The fault of a recording whose file is another by now than the one that was taken up (size, time
// of change): what was read may be of both. A file that is gone was read to its end, or reading
// failed.
std::optional<RecordingFault> fault_of_changed_file(const AdmittedRecording& admitted);

// Of a recording whose passes of this model are through: what could not be read of the file, and
// the segments that were left out, are its gaps.
RecordingOutcome outcome_of(const OpenRecording& recording, std::int32_t model);

// Of a model whose scores cannot be kept, as infinite ones cannot.
std::optional<RecordingFault> fault_of_scores(const std::vector<Detection>& rows);

}  // namespace rookery
