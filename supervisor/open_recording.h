// One recording between its probe and its end: plan, reorder buffer and post-processor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "rookery/detection.h"
#include "rookery/model_card.h"
#include "rookery/recording.h"
#include "rookery/run_config.h"
#include "rookery/segment_vectors.h"
#include "rookery/task.h"
#include "supervisor/merger.h"
#include "supervisor/planner.h"
#include "supervisor/postprocess/postprocessor.h"

namespace rookery {

// What shapes the work on every recording of a run.
struct WorkShape {
  ModelCard card;
  ResultSettings results;
  std::int64_t max_unreleased_segments = 0;
  std::int64_t samples_per_frame = 0;  // of frames and ctc
  std::shared_ptr<const WordList> word_list = nullptr;
};

// A recording that a run has taken up.
struct AdmittedRecording {
  Recording recording;
  std::int64_t journal_id = 0;
  std::int64_t file_bytes = 0;
};

// What of a recording will not change any more.
struct FinalRows {
  std::vector<Detection> detections;
  SegmentVectors vectors;
};

class OpenRecording {
 public:
  // The shape outlives it.
  OpenRecording(AdmittedRecording admitted, RecordingProperties properties, const WorkShape& shape);

  const AdmittedRecording& admitted() const { return admitted_; }
  const RecordingProperties& properties() const { return properties_; }
  std::int64_t duration_us() const;

  // The next task of at most `max_segments` segments (but a whole batch); nullopt when everything
  // is planned, while too many segments wait for an earlier one, or while a task is out whose state
  // the next one needs.
  std::optional<Task> next_task(std::int64_t max_segments);

  // Takes results in any order and returns what became final.
  FinalRows add(TaskResult result);
  bool complete() const { return merger_.complete(); }
  // After complete(): what was open at the end.
  std::vector<Detection> finish();

  std::int64_t held_back_bytes() const { return merger_.held_back_bytes(); }
  // How much of it has been merged, from 0 to 1.
  double share_merged() const;

 private:
  AdmittedRecording admitted_;
  RecordingProperties properties_;
  std::int64_t max_unreleased_segments_;
  RecordingPlan plan_;
  Merger merger_;
  const ModelCard* card_;
  bool keeps_vectors_;
  std::vector<float> state_;                      // after the last released segment
  std::unique_ptr<Postprocessor> postprocessor_;  // null for an embedding
};

}  // namespace rookery
