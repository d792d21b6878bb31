// Tasks: the unit of dispatch, and what comes back.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rookery/recording.h"
#include "rookery/result.h"
#include "rookery/scores.h"
#include "rookery/segment.h"

namespace rookery {

// Identifies a task or probe within one run; never reused, so an answer to work that was taken away
// can be told from an answer to the retry.
using TaskId = std::int64_t;

// Whose work it is: a model's, on what it hears of the recording.
struct PassKey {
  std::int32_t model = 0;    // index into WorkerSettings::models; 0 for an ensemble
  std::int32_t channel = 0;  // of the file, from 1; 0: as WorkerSettings::channel says

  // clang-tidy 14 takes the operator for a null pointer.
  auto operator<=>(const PassKey&) const = default;  // NOLINT(modernize-use-nullptr)
};

// What a task asks of one pass: consecutive whole batches. `state`: what a model that carries state
// returned for the segment before; empty at the recording's start. `left_out`: indices of segments
// that are not read; their rows of the batch are zero and give no scores.
struct ModelWork {
  PassKey pass;
  std::vector<Batch> batches;
  std::vector<float> state = {};
  std::vector<std::int64_t> left_out = {};

  bool operator==(const ModelWork&) const = default;
};

// Work on one stretch of one recording, for each pass at most one part. Never carries audio.
struct Task {
  TaskId id = 0;
  Recording recording;
  RecordingProperties properties;
  std::vector<ModelWork> parts;

  bool operator==(const Task&) const = default;
};

// Tasks of several recordings that share batches (batch.mix); never of one recording twice. Each
// has its own id and its own answer.
struct MixedTask {
  std::vector<Task> tasks;

  bool operator==(const MixedTask&) const = default;
};

// Asks a worker to open a recording and tell its properties.
struct Probe {
  TaskId id = 0;
  Recording recording;

  bool operator==(const Probe&) const = default;
};

// CPU time of a worker's threads by stage, in microseconds, in the order data goes.
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
  std::int64_t sum_us() const {
    return probe_us + decode_us + resample_us + front_end_us + forward_us + reduce_us;
  }
};

// What a worker's thread was at from begin_ns to end_ns (of CLOCK_MONOTONIC, which all processes of
// the host share).
struct StageSpan {
  std::int32_t stage = 0;  // a BeaconStage
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;

  bool operator==(const StageSpan&) const = default;
};

// What the thread did that a worker with decode_ahead reads in.
struct HelperWork {
  std::int64_t cpu_us = 0;            // within the task's StageTimes
  std::vector<StageSpan> spans = {};  // of a run that is traced

  bool operator==(const HelperWork&) const = default;
};

// What a model gave for its part: one SegmentScores for each segment, in segment order, and the
// state after the last of them; or why it gave nothing (the other parts stand).
struct ModelScores {
  PassKey pass;
  std::vector<SegmentScores> segments;
  std::vector<float> state = {};
  std::optional<Error> failure = std::nullopt;

  bool operator==(const ModelScores&) const = default;
};

// A finished task, its parts in the task's order. Of a mixed task's results one carries the times,
// spans and helper's work of all.
struct TaskResult {
  TaskId id = 0;
  std::vector<ModelScores> parts;
  StageTimes times;
  std::int64_t wall_us = 0;           // 0: not known, since it shared batches with others
  std::vector<StageSpan> spans = {};  // of a run that is traced
  HelperWork helper = {};

  bool operator==(const TaskResult&) const = default;
};

// Of all its parts.
inline std::int64_t segments_in(const TaskResult& result) {
  std::int64_t segments = 0;
  for (const ModelScores& part : result.parts) segments += std::ssize(part.segments);
  return segments;
}

}  // namespace rookery
