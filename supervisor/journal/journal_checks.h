// What a journal refuses to keep, and takes for damage where it finds it. Errors have the stage
// "journal" and name the recording by its id.
#pragma once

#include <cstdint>
#include <vector>

#include "rookery/detection.h"
#include "rookery/result.h"
#include "rookery/segment_vectors.h"
#include "supervisor/journal/journal.h"

namespace rookery {

// Whether a recording can have such times: what reads rows may add and subtract them.
bool has_possible_times(const Detection& detection);
bool has_possible_times(const RecordingOutcome& outcome);

// A damaged header may tell one that no recording can have.
void leave_out_impossible_origin(RecordingOutcome& outcome);

// Scores must be finite, times possible.
Status check_detections(std::int64_t id, const std::vector<Detection>& detections);
Status check_outcome(std::int64_t id, const RecordingOutcome& outcome);

// Vectors must be finite, as many as their times, and as long as the recording's earlier ones.
Status check_vectors(std::int64_t id, const SegmentVectors& vectors, const VectorShape& earlier);

}  // namespace rookery
