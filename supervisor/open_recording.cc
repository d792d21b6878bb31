#include "supervisor/open_recording.h"

#include <utility>

#include "supervisor/postprocess/kept_vectors.h"

namespace rookery {

OpenRecording::OpenRecording(AdmittedRecording admitted, RecordingProperties properties,
                             const WorkShape& shape)
    : admitted_(std::move(admitted)),
      properties_(std::move(properties)),
      max_unreleased_segments_(shape.max_unreleased_segments),
      plan_(shape.card.geometry, properties_, shape.results.batch_size),
      merger_(plan_.segment_count()),
      card_(&shape.card),
      keeps_vectors_(keeps_vectors(shape.card, shape.results.postprocess)),
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
  if (unreleased >= (card_->carries_state ? 1 : max_unreleased_segments_)) return std::nullopt;
  Task task;
  task.recording = admitted_.recording;
  task.properties = properties_;
  task.batches = plan_.next_batches(max_segments);
  task.state = state_;
  return task;
}

FinalRows OpenRecording::add(TaskResult result) {
  state_ = std::move(result.state);
  FinalRows rows;
  for (const SegmentScores& scores : merger_.add(std::move(result.segments))) {
    const Segment segment = plan_.segment(scores.segment_index);
    if (keeps_vectors_) {
      append_vectors(*card_, segment, scores, plan_.recording_samples(), rows.vectors);
    }
    if (!postprocessor_) continue;
    for (Detection& detection : postprocessor_->add(segment, scores)) {
      rows.detections.push_back(std::move(detection));
    }
  }
  return rows;
}

std::vector<Detection> OpenRecording::finish() {
  return postprocessor_ ? postprocessor_->finish() : std::vector<Detection>();
}

}  // namespace rookery
