#include "supervisor/merger.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace rookery {

Merger::Merger(std::int64_t segment_count) : segment_count_(segment_count) {}

std::vector<SegmentScores> Merger::add(std::vector<SegmentScores> results) {
  for (SegmentScores& result : results) {
    const std::int64_t index = result.segment_index;
    if (index < 0 || index >= segment_count_) {
      throw std::out_of_range("merger: segment " + std::to_string(index) + " of " +
                              std::to_string(segment_count_));
    }
    if (index < next_ || waiting_.contains(index)) continue;
    held_back_bytes_ += bytes_of(result);
    waiting_[index] = std::move(result);
  }

  std::vector<SegmentScores> released;
  while (!waiting_.empty() && waiting_.begin()->first == next_) {
    held_back_bytes_ -= bytes_of(waiting_.begin()->second);
    released.push_back(std::move(waiting_.begin()->second));
    waiting_.erase(waiting_.begin());
    ++next_;
  }
  return released;
}

}  // namespace rookery
