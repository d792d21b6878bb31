#include "supervisor/model_pass.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "supervisor/postprocess/kept_vectors.h"

namespace rookery {

ModelPass::ModelPass(const PassKey& key, const RecordingProperties& properties,
                     const WorkShape& shape)
    : key_(key),
      shape_(&shape),
      plan_(shape.card.geometry, properties, shape.results.batch_size,
            shape.results.batch_mix ? Rest::kMixed : Rest::kLadder),
      merger_(plan_.segment_count()),
      keeps_vectors_(keeps_vectors(shape.card, shape.results.postprocess)),
      postprocessor_(make_postprocessor(shape.card, shape.results.postprocess,
                                        plan_.recording_samples(), shape.samples_per_frame,
                                        shape.word_list)) {}

double ModelPass::share_merged() const {
  if (merger_.complete()) return 1.0;
  return static_cast<double>(merger_.released()) / static_cast<double>(plan_.segment_count());
}

bool ModelPass::waits() const {
  return unreleased() >= (shape_->card.carries_state ? 1 : shape_->max_unreleased_segments);
}

double ModelPass::next_begin_seconds() const {
  if (plan_.exhausted()) return std::numeric_limits<double>::infinity();
  const std::int64_t begin = plan_.segment(plan_.next_segment()).begin;
  return static_cast<double>(begin) / shape_->card.geometry.sample_rate;
}

ModelWork ModelPass::next_work(const TaskSize& size) {
  return {key_, plan_.next_batches(size), state_};
}

ModelWork ModelPass::next_work_before(double seconds) {
  ModelWork work{key_, {}, state_};
  while (!exhausted() && !at_mixed_rest() && next_begin_seconds() < seconds) {
    for (Batch& batch : plan_.next_batches({1})) work.batches.push_back(std::move(batch));
  }
  return work;
}

PassCheckpoint ModelPass::checkpoint() const {
  return {merger_.released(),
          state_,
          postprocessor_ ? postprocessor_->state() : PostprocessorState(),
          false,
          {}};
}

bool ModelPass::resume(const PassCheckpoint& checkpoint) {
  RecordingPlan plan = plan_;
  if (!plan.skip_to(checkpoint.next_segment)) return false;
  if (postprocessor_ && !postprocessor_->resume(checkpoint.postprocessor)) return false;
  plan_ = plan;
  merger_.skip_to(checkpoint.next_segment);
  state_ = checkpoint.carried_state;
  return true;
}

TimeSpan ModelPass::span_of(std::int64_t segment_index) const {
  const Segment segment = plan_.segment(segment_index);
  const OutputType output = shape_->card.output;
  const bool by_frame = output == OutputType::kFrames || output == OutputType::kCtc;
  const std::int64_t begin = by_frame ? segment.owned_begin : segment.begin;
  const std::int64_t end = by_frame ? segment.owned_end : segment.end;
  const std::int32_t rate = shape_->card.geometry.sample_rate;
  return {samples_to_us(begin, rate),
          samples_to_us(std::min(end, plan_.recording_samples()), rate)};
}

FinalRows ModelPass::add(ModelScores scores) {
  state_ = std::move(scores.state);
  FinalRows rows;
  for (const SegmentScores& segment_scores : merger_.add(std::move(scores.segments))) {
    const Segment segment = plan_.segment(segment_scores.segment_index);
    if (keeps_vectors_) {
      append_vectors(shape_->card, segment, segment_scores, plan_.recording_samples(),
                     rows.vectors);
    }
    if (!postprocessor_) continue;
    for (Detection& detection : named(postprocessor_->add(segment, segment_scores))) {
      rows.detections.push_back(std::move(detection));
    }
  }
  return rows;
}

std::vector<Detection> ModelPass::named(std::vector<Detection> detections) const {
  for (Detection& detection : detections) detection.channel = key_.channel;
  return detections;
}

std::vector<Detection> ModelPass::finish() {
  return postprocessor_ ? named(postprocessor_->finish()) : std::vector<Detection>();
}

}  // namespace rookery
