#include "worker/model_runner.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <string>
#include <utility>

#include "rookery/sample_rate.h"
#include "worker/activation.h"
#include "worker/forward_extras.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/model_output.h"
#include "worker/torch_failure.h"

namespace rookery {
namespace {

Reducer reducer_for(const ModelSettings& settings) {
  return {settings.output, settings.geometry.frame, settings.floors};
}

Error in_forward(std::span<const BatchRow> rows, const Error& error) {
  const std::int64_t first = rows.front().segment->index;
  const std::int64_t last = rows.back().segment->index;
  const std::string where = first == last ? fmt::format("segment {}", first)
                                          : fmt::format("segments {} to {}", first, last);
  return {"forward", fmt::format("{}: {}", where, error.reason), error.remedy};
}

void fail(ModelScores& scores, const Error& error) { scores = {scores.pass, {}, {}, error}; }

// The rows at the front that belong to one part.
std::size_t rows_of_first_part(std::span<const BatchRow> rows) {
  const auto same_part = [&](const BatchRow& row) { return row.scores == rows.front().scores; };
  return static_cast<std::size_t>(std::ranges::find_if_not(rows, same_part) - rows.begin());
}

ModelRunner runner_of(const std::vector<ModelSettings>& settings, std::vector<HostedModel> models) {
  std::vector<ModelRunner::Member> members;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    members.push_back({settings[i], std::move(models[i])});
  }
  return ModelRunner(std::move(members));
}

}  // namespace

std::vector<ModelRunner> runners_of(const WorkerSettings& settings,
                                    std::vector<HostedModel> models) {
  std::vector<ModelRunner> runners;
  if (settings.ensemble) {
    runners.push_back(runner_of(settings.models, std::move(models)));
    return runners;
  }
  for (std::size_t i = 0; i < settings.models.size(); ++i) {
    runners.push_back(runner_of({settings.models[i]}, {std::move(models[i])}));
  }
  return runners;
}

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

BatchInput ModelRunner::with_features(const at::Tensor& waveform, StageMeter& meter) const {
  meter.enter(BeaconStage::kFrontEnd);
  BatchInput batch{waveform};
  try {
    const c10::InferenceMode inference_mode;
    for (const Member& member : members_) {
      batch.features.push_back(member.hosted.front_end->apply(waveform));
    }
  } catch (const std::exception&) {
    batch.features.clear();
  }
  return batch;
}

Result<at::Tensor> ModelRunner::member_scores(std::size_t member, std::span<const BatchRow> rows,
                                              const BatchInput& batch, StageMeter& meter,
                                              at::Tensor& state) const {
  const auto& [settings, hosted] = members_[member];
  meter.enter(BeaconStage::kFrontEnd);
  const at::Tensor input =
      batch.features.empty() ? hosted.front_end->apply(batch.waveform) : batch.features[member];
  meter.enter(BeaconStage::kForward);
  ForwardExtras extras;
  if (settings.takes_lengths) {
    extras.lengths = lengths_of(rows, *hosted.front_end, batch.waveform.size(1));
  }
  extras.state = state;
  Result<ForwardResult> result = hosted.model->forward(input, extras);
  if (!result) return in_forward(rows, result.error());
  state = result->state;
  const Result<std::int64_t> frames =
      check_output_shape(result->output.sizes(), batch.waveform.size(0), settings);
  if (!frames) return in_forward(rows, frames.error());
  return activate(result->output, settings.activation);
}

Result<at::Tensor> ModelRunner::mean_scores(std::span<const BatchRow> rows, const BatchInput& batch,
                                            StageMeter& meter, at::Tensor& state) const {
  try {
    const c10::InferenceMode inference_mode;
    at::Tensor sum;
    for (std::size_t member = 0; member < members_.size(); ++member) {
      Result<at::Tensor> scores = member_scores(member, rows, batch, meter, state);
      if (!scores) return scores;
      sum = sum.defined() ? sum + *scores : *scores;
    }
    return members_.size() == 1 ? sum : sum / static_cast<double>(members_.size());
  } catch (const std::exception& exception) {
    return in_forward(rows, torch_failure("forward", exception));
  }
}

void ModelRunner::run(std::span<const BatchRow> rows, const BatchInput& batch, StageMeter& meter,
                      at::Tensor& state) const {
  const Result<at::Tensor> output = mean_scores(rows, batch, meter, state);
  if (output) {
    meter.enter(BeaconStage::kReduce);
    reduce(rows, *output);
  } else if (rows_of_first_part(rows) == rows.size()) {
    fail(*rows.front().scores, output.error());
  } else {
    run_part_by_part(rows, batch.waveform, meter, state);
  }
}

void ModelRunner::run_part_by_part(std::span<const BatchRow> rows, const at::Tensor& waveform,
                                   StageMeter& meter, at::Tensor& state) const {
  std::int64_t first = 0;
  while (!rows.empty()) {
    const std::size_t count = rows_of_first_part(rows);
    const at::Tensor own = waveform.narrow(0, first, static_cast<std::int64_t>(count));
    run(rows.first(count), {own}, meter, state);
    rows = rows.subspan(count);
    first += own.size(0);
  }
}

void ModelRunner::reduce(std::span<const BatchRow> rows, const at::Tensor& output) const {
  const auto row_size = static_cast<std::size_t>(output.numel() / output.size(0));
  const auto* numbers = output.const_data_ptr<float>();
  for (const BatchRow& row : rows) {
    if (row.left_out && !row.scores->failure) {
      row.scores->segments.push_back({row.segment->index, {}});
    } else if (!row.scores->failure) {
      Result<SegmentScores> reduced = reducer_.reduce(*row.segment, {numbers, row_size});
      if (reduced) {
        row.scores->segments.push_back(std::move(*reduced));
      } else {
        fail(*row.scores, reduced.error());
      }
    }
    numbers += row_size;
  }
}

}  // namespace rookery
