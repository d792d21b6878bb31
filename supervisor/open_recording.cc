#include "supervisor/open_recording.h"

#include <utility>

namespace rookery {

OpenRecording::OpenRecording(AdmittedRecording admitted, RecordingProperties properties,
                             const WorkShape& shape)
    : admitted_(std::move(admitted)),
      properties_(std::move(properties)),
      max_unreleased_segments_(shape.max_unreleased_segments),
      plan_(shape.card.geometry, properties_, shape.results.batch_size),
      merger_(plan_.segment_count()),
      carries_state_(shape.card.carries_state),
      postprocessor_(make_postprocessor(shape.card, shape.results.postprocess,
                                        plan_.recording_samples(), shape.samples_per_frame,
                                        shape.word_list)) {}

std::int64_t OpenRecording::duration_us() const {
  return samples_to_us(properties_.frames, properties_.sample_rate);
}

double OpenRecording::share_merged() const {
  if (merger_.complete()) return 1.0;
  return static_cast<double>(merger_.released()) / static_cast<double>(plan_.segment_count());
}

std::optional<Task> OpenRecording::next_task(std::int64_t max_segments) {
  if (plan_.exhausted()) return std::nullopt;
  const std::int64_t unreleased = plan_.next_segment() - merger_.released();
  if (unreleased >= (carries_state_ ? 1 : max_unreleased_segments_)) return std::nullopt;
  Task task;
  task.recording = admitted_.recording;
  task.properties = properties_;
  task.batches = plan_.next_batches(max_segments);
  task.state = state_;
  return task;
}

std::vector<Detection> OpenRecording::add(TaskResult result) {
  state_ = std::move(result.state);
  std::vector<Detection> detections;
  for (const SegmentScores& scores : merger_.add(std::move(result.segments))) {
    for (const Detection& detection :
         postprocessor_->add(plan_.segment(scores.segment_index), scores)) {
      detections.push_back(detection);
    }
  }
  return detections;
}

}  // namespace rookery
