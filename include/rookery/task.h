// Tasks: the unit of dispatch, and what comes back.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rookery/recording.h"
#include "rookery/scores.h"
#include "rookery/segment.h"

namespace rookery {

// Identifies a task or probe within one run; never reused, so an answer to work that was taken away
// can be told from an answer to the retry.
using TaskId = std::int64_t;

// Consecutive whole batches of one recording. Never carries audio. `state`: what a model that
// carries state returned for the segment before; empty at the recording's start.
struct Task {
  TaskId id = 0;
  Recording recording;
  RecordingProperties properties;
  std::vector<Batch> batches;
  std::vector<float> state = {};

  std::int64_t segment_count() const {
    std::int64_t count = 0;
    for (const Batch& batch : batches) count += static_cast<std::int64_t>(batch.segments.size());
    return count;
  }
  bool operator==(const Task&) const = default;
};

// Asks a worker to open a recording and tell its properties.
struct Probe {
  TaskId id = 0;
  Recording recording;

  bool operator==(const Probe&) const = default;
};

// CPU time of the worker's thread by stage, in microseconds, in the order data goes.
struct StageTimes {
  std::int64_t probe_us = 0;
  std::int64_t decode_us = 0;
  std::int64_t resample_us = 0;
  std::int64_t front_end_us = 0;
  std::int64_t forward_us = 0;
  std::int64_t reduce_us = 0;

  bool operator==(const StageTimes&) const = default;
  StageTimes& operator+=(const StageTimes& other) {
    probe_us += other.probe_us;
    decode_us += other.decode_us;
    resample_us += other.resample_us;
    front_end_us += other.front_end_us;
    forward_us += other.forward_us;
    reduce_us += other.reduce_us;
    return *this;
  }
};

// A finished task: one SegmentScores for each segment, in segment order, and the state after the
// last of them.
struct TaskResult {
  TaskId id = 0;
  std::vector<SegmentScores> segments;
  StageTimes times;
  std::int64_t wall_us = 0;
  std::vector<float> state = {};

  bool operator==(const TaskResult&) const = default;
};

}  // namespace rookery
