// What a worker sends of a recording's scores, and the segments it would do it for.
#pragma once

#include <vector>

#include "rookery/scores.h"
#include "supervisor/planner.h"
#include "tests/supervisor/core_generators.h"
#include "tests/supervisor/postprocess/postprocess_oracle.h"

namespace rookery::testing {

inline std::vector<Segment> segments_of(const SegmentGeometry& geometry, std::int64_t samples) {
  const RecordingPlan plan(geometry, properties_of(samples), 1);
  std::vector<Segment> segments;
  for (std::int64_t i = 0; i < plan.segment_count(); ++i) segments.push_back(plan.segment(i));
  return segments;
}

inline void append_above_floors(std::int64_t frame, const std::vector<float>& row,
                                const std::vector<float>& floors, std::vector<FrameScore>& scores) {
  for (std::size_t label = 0; label < row.size(); ++label) {
    if (row[label] < floors[label]) continue;
    scores.push_back({frame, static_cast<std::int32_t>(label), row[label]});
  }
}

// Of a matrix over the whole recording: the segment's row (tags) or the frames it owns (frames).
inline SegmentScores reduced(const ModelCard& card, const Segment& segment,
                             const ScoreMatrix& matrix, const std::vector<float>& floors) {
  SegmentScores result{segment.index, {}};
  const bool tags = card.output == OutputType::kTags;
  const std::int64_t first = tags ? segment.index : segment.owned_begin / card.geometry.frame;
  const std::int64_t last = tags ? segment.index : (segment.owned_end - 1) / card.geometry.frame;
  for (std::int64_t row = first; row <= last; ++row) {
    append_above_floors(row, matrix[static_cast<std::size_t>(row)], floors, result.scores);
  }
  return result;
}

}  // namespace rookery::testing
