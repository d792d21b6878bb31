// What a journal refuses to keep. Errors have the stage "journal" and name the recording by its id.
#pragma once

#include <cstdint>
#include <vector>

#include "rookery/detection.h"
#include "rookery/result.h"
#include "rookery/segment_vectors.h"

namespace rookery {

// Scores must be finite.
Status check_scores(std::int64_t id, const std::vector<Detection>& detections);

// Vectors must be finite, as many as their times, and as long as the recording's earlier ones.
Status check_vectors(std::int64_t id, const SegmentVectors& vectors, const VectorShape& earlier);

}  // namespace rookery
