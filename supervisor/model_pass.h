// One model's pass over one recording, or over one channel of it, from its probe to its end: plan,
// reorder buffer and post-processor.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rookery/detection.h"
#include "rookery/recording.h"
#include "rookery/segment_vectors.h"
#include "rookery/task.h"
#include "supervisor/merger.h"
#include "supervisor/pass_checkpoint.h"
#include "supervisor/planner.h"
#include "supervisor/postprocess/postprocessor.h"
#include "supervisor/work_shape.h"

namespace rookery {

// What of a recording will not change any more.
struct FinalRows {
  std::vector<Detection> detections;
  SegmentVectors vectors;
};

class ModelPass {
 public:
  // The shape outlives the pass.
  ModelPass(const PassKey& key, const RecordingProperties& properties, const WorkShape& shape);

  // Everything has been planned.
  bool exhausted() const { return plan_.exhausted(); }
  // What is left shares batches with other recordings (batch.mix).
  bool at_mixed_rest() const { return plan_.at_mixed_rest(); }
  // Nothing more is to be planned now: too many segments wait for an earlier one, or work is out
  // whose state the next one needs.
  bool waits() const;
  // Where the next segment begins; infinity when exhausted.
  double next_begin_seconds() const;

  // The next whole batches: as many as `size` says, or all that begin before a place in the
  // recording, which may be none. A mixed rest comes by next_work() alone. Precondition: neither
  // exhausted nor waiting.
  ModelWork next_work(const TaskSize& size);
  ModelWork next_work_before(double seconds);

  // Where it stands, and a new pass made to go on from there. False, and nothing changed, if that
  // cannot be of this pass.
  PassCheckpoint checkpoint() const;
  bool resume(const PassCheckpoint& checkpoint);

  // The part of the recording that a segment's scores tell of.
  TimeSpan span_of(std::int64_t segment) const;

  // Takes scores in any order and returns what became final.
  FinalRows add(ModelScores scores);
  bool complete() const { return merger_.complete(); }
  // Segments whose scores are through; those that were planned and are not.
  std::int64_t released() const { return merger_.released(); }
  std::int64_t unreleased() const { return plan_.next_segment() - merger_.released(); }
  // After complete(): what was open at the end.
  std::vector<Detection> finish();

  std::int64_t held_back_bytes() const { return merger_.held_back_bytes(); }
  // How much of it has been merged, from 0 to 1.
  double share_merged() const;

 private:
  std::vector<Detection> named(std::vector<Detection> detections) const;

  PassKey key_;
  const WorkShape* shape_;
  RecordingPlan plan_;
  Merger merger_;
  bool keeps_vectors_;
  std::vector<float> state_;                      // after the last released segment
  std::unique_ptr<Postprocessor> postprocessor_;  // null for an embedding
};

}  // namespace rookery
