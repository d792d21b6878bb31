// Where a pass over a recording stands, so that the next run can go on from there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/result.h"
#include "supervisor/journal/journal.h"
#include "supervisor/postprocess/postprocessor_state.h"

namespace rookery {

// A segment that was left out, and why; the fault's times are its own.
struct SegmentGap {
  std::int64_t segment = 0;
  RecordingFault fault;

  bool operator==(const SegmentGap&) const = default;
};

struct PassCheckpoint {
  std::int64_t next_segment = 0;     // all before it are in the rows or in the post-processor
  std::vector<float> carried_state;  // of a model that carries state, after the last of them
  PostprocessorState postprocessor;
  bool ended = false;            // nothing of the pass is left to do
  std::vector<SegmentGap> gaps;  // of the segments before next_segment

  bool operator==(const PassCheckpoint&) const = default;
};

// As the journal keeps it. Error: stage "journal", bytes that are none.
std::string encode(const PassCheckpoint& checkpoint);
Result<PassCheckpoint> decode_checkpoint(std::string_view bytes);

}  // namespace rookery
