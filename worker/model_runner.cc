#include "worker/model_runner.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <string>
#include <utility>

#include "rookery/sample_rate.h"
#include "worker/activation.h"
#include "worker/forward_extras.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/model_output.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

Reducer reducer_for(const ModelSettings& settings) {
  return {settings.output, settings.geometry.frame, settings.floors};
}

Error in_forward(const Batch& batch, const std::string& reason) {
  const std::int64_t first = batch.segments.front().index;
  const std::int64_t last = batch.segments.back().index;
  const std::string where = first == last ? fmt::format("segment {}", first)
                                          : fmt::format("segments {} to {}", first, last);
  return {"forward", fmt::format("{}: {}", where, reason), ""};
}

}  // namespace

ModelRunner::ModelRunner(std::vector<Member> members)
    : members_(std::move(members)), reducer_(reducer_for(members_.front().settings)) {}

Result<ModelRunner::Part> ModelRunner::begin(const ModelWork& work,
                                             const RecordingProperties& properties) const {
  Part part;
  part.recording_samples =
      samples_at_model_rate(properties.frames, properties.sample_rate, geometry().sample_rate);
  if (!members_.front().settings.carries_state) return part;
  Result<at::Tensor> state = state_before(work, *members_.front().hosted.model);
  if (!state) return state.error();
  part.state = *state;
  return part;
}

Result<at::Tensor> ModelRunner::member_scores(const Member& member, const Batch& batch,
                                              const at::Tensor& waveform, StageMeter& meter,
                                              Part& part) {
  meter.enter(BeaconStage::kFrontEnd);
  const at::Tensor input = member.hosted.front_end->apply(waveform);
  meter.enter(BeaconStage::kForward);
  ForwardExtras extras;
  if (member.settings.takes_lengths) {
    extras.lengths =
        lengths_of(batch, *member.hosted.front_end, waveform.size(1), part.recording_samples);
  }
  extras.state = part.state;
  Result<ForwardResult> result = member.hosted.model->forward(input, extras);
  if (!result) return in_forward(batch, result.error().reason);
  part.state = result->state;
  const Result<std::int64_t> frames =
      check_output_shape(result->output.sizes(), waveform.size(0), member.settings);
  if (!frames) return in_forward(batch, frames.error().reason);
  return activate(result->output, member.settings.activation);
}

Result<at::Tensor> ModelRunner::mean_scores(const Batch& batch, const at::Tensor& waveform,
                                            StageMeter& meter, Part& part) const {
  try {
    const c10::InferenceMode inference_mode;
    at::Tensor sum;
    for (const Member& member : members_) {
      Result<at::Tensor> scores = member_scores(member, batch, waveform, meter, part);
      if (!scores) return scores;
      sum = sum.defined() ? sum + *scores : *scores;
    }
    return members_.size() == 1 ? sum : sum / static_cast<double>(members_.size());
  } catch (const std::exception& exception) {
    return in_forward(batch, torch_reason(exception));
  }
}

Status ModelRunner::run(const Batch& batch, const at::Tensor& waveform, StageMeter& meter,
                        Part& part, ModelScores& scores) const {
  Result<at::Tensor> output = mean_scores(batch, waveform, meter, part);
  if (!output) return output.error();
  meter.enter(BeaconStage::kReduce);
  const auto row_size = static_cast<std::size_t>(output->numel() / output->size(0));
  const auto* row = output->const_data_ptr<float>();
  for (const Segment& segment : batch.segments) {
    Result<SegmentScores> reduced = reducer_.reduce(segment, {row, row_size});
    if (!reduced) return reduced.error();
    scores.segments.push_back(std::move(*reduced));
    row += row_size;
  }
  return Done{};
}

}  // namespace rookery
