// Median smoothing of tag scores over neighbouring segments, label by label.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "rookery/scores.h"
#include "rookery/segment.h"
#include "supervisor/postprocess/postprocessor_state.h"

namespace rookery {

// The smoothed score is the median over the segment, (n−1)/2 segments before and as many after; at
// the recording's edges over those that exist, and of an even number the lower of the two in the
// middle. Labels without a score count as −infinity. Holds at most n segments.
class SegmentMedian {
 public:
  // `segments`: n, odd.
  SegmentMedian(std::size_t label_count, std::int32_t segments);

  // The next segment in order; returns the smoothed one that is now certain, n/2 segments behind.
  std::optional<DenseScores> add(const Segment& segment, const SegmentScores& scores);
  // The next smoothed one at the recording's end; nullopt when there are no more.
  std::optional<DenseScores> drain();

  // Writes its part of the state; goes on from it, or false and nothing changed.
  void put_state(PostprocessorState& state) const;
  bool resume(const PostprocessorState& state);

 private:
  DenseScores smooth_next();

  std::size_t label_count_;
  std::size_t reach_;
  std::deque<DenseScores> neighbours_;
  std::size_t next_ = 0;  // in neighbours_: the segment to smooth next
};

}  // namespace rookery
