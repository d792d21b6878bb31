// A row of a forward call, and whose it is.
#pragma once

#include <cstdint>

#include "rookery/segment.h"
#include "rookery/task.h"

namespace rookery {

struct BatchRow {
  const Segment* segment = nullptr;
  std::int64_t recording_samples = 0;  // at the model's rate
  ModelScores* scores = nullptr;       // of its part of a task: what the row gives goes there
  bool left_out = false;               // zero instead of the segment: gives no scores
};

}  // namespace rookery
