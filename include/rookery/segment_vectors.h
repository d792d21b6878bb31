// Vectors that a model gives for stretches of a recording, such as embeddings of segments.
#pragma once

#include <cstdint>
#include <vector>

namespace rookery {

// Microseconds of the recording, [start, end).
struct TimeSpan {
  std::int64_t start_us = 0;
  std::int64_t end_us = 0;

  bool operator==(const TimeSpan&) const = default;
};

// Some of a recording's vectors, in order of time, all of one length: values holds times.size() ×
// length numbers, vector after vector.
struct SegmentVectors {
  std::int64_t length = 0;
  std::vector<TimeSpan> times;
  std::vector<float> values;

  bool operator==(const SegmentVectors&) const = default;
};

// How many vectors a recording has, and their length; both are 0 if it has none.
struct VectorShape {
  std::int64_t count = 0;
  std::int64_t length = 0;

  bool operator==(const VectorShape&) const = default;
};

}  // namespace rookery
