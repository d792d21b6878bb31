// Scores that are kept as they are, as vectors: embeddings of segments, scores of frames.
#pragma once

#include <cstdint>

#include "rookery/model_card.h"
#include "rookery/run_config.h"
#include "rookery/scores.h"
#include "rookery/segment.h"
#include "rookery/segment_vectors.h"

namespace rookery {

// Whether such vectors are asked for: always for an embedding, with keep_frames for frames.
bool keeps_vectors(const ModelCard& card, const PostprocessConfig& config);

// Appends a segment's vectors, the next in order: an embedding for [begin, end), or one for each
// frame that the segment owns. Precondition: keeps_vectors(), and no score was below a floor.
void append_vectors(const ModelCard& card, const Segment& segment, const SegmentScores& scores,
                    std::int64_t recording_samples, SegmentVectors& vectors);

}  // namespace rookery
