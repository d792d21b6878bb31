// Reorder buffer of one recording: takes segment results in any order, releases them in segment
// order. A segment that arrives twice is released once. It does not look at scores.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "rookery/scores.h"

namespace rookery {

class Merger {
 public:
  explicit Merger(std::int64_t segment_count);

  // Of a recording whose first segments are done with. Precondition: nothing was added yet.
  void skip_to(std::int64_t segment) { next_ = segment; }

  // Results that can be released now, in segment order, without gap to what was released before.
  // An index outside [0, segment_count) is a bug and throws std::out_of_range.
  std::vector<SegmentScores> add(std::vector<SegmentScores> results);

  std::int64_t released() const { return next_; }
  // Memory of what waits for an earlier segment.
  std::int64_t held_back_bytes() const { return held_back_bytes_; }
  bool complete() const { return next_ == segment_count_; }

 private:
  std::int64_t segment_count_;
  std::int64_t next_ = 0;
  std::int64_t held_back_bytes_ = 0;
  std::map<std::int64_t, SegmentScores> waiting_;
};

}  // namespace rookery
