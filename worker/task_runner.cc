#include "worker/task_runner.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <chrono>

#include "rookery/sample_rate.h"
#include "worker/activation.h"
#include "worker/forward_extras.h"
#include "worker/front_end.h"
#include "worker/model_output.h"
#include "worker/recording_probe.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

std::int64_t wall_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

BeaconStage beacon_stage(SampleStage stage) {
  return stage == SampleStage::kDecode ? BeaconStage::kDecode : BeaconStage::kResample;
}

Error in_forward(const Batch& batch, const std::string& reason) {
  const std::int64_t first = batch.segments.front().index;
  const std::int64_t last = batch.segments.back().index;
  const std::string where = first == last ? fmt::format("segment {}", first)
                                          : fmt::format("segments {} to {}", first, last);
  return {"forward", fmt::format("{}: {}", where, reason), ""};
}

}  // namespace

struct TaskRunner::OpenRecording {
  Recording recording;
  RecordingProperties properties;
  SampleSource source;
};

struct TaskRunner::Parts {
  WorkerSettings settings;
  SampleSettings samples;
  std::shared_ptr<const FrontEnd> front_end;
  std::shared_ptr<const Model> model;
  Reducer reducer;
  StageMeter meter;
  std::optional<OpenRecording> open;
  std::int64_t recording_samples = 0;  // of the task's recording, at the model's rate
  at::Tensor state;                    // of a model that carries one
};

Result<TaskRunner> TaskRunner::create(const WorkerSettings& settings,
                                      std::shared_ptr<const FrontEnd> front_end,
                                      std::shared_ptr<const Model> model, StageMeter meter) {
  Result<ChannelChoice> channel = parse_channel(settings.channel);
  if (!channel) return channel.error();
  Result<ResamplerQuality> quality = parse_resampler_quality(settings.resampler);
  if (!quality) return quality.error();
  return TaskRunner(std::make_unique<Parts>(
      Parts{settings,
            {settings.geometry.sample_rate, *channel, *quality},
            std::move(front_end),
            std::move(model),
            Reducer(settings.output, settings.geometry.frame, settings.floors),
            std::move(meter),
            std::nullopt,
            0,
            {}}));
}

TaskRunner::TaskRunner(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TaskRunner::TaskRunner(TaskRunner&&) noexcept = default;
TaskRunner::~TaskRunner() = default;

Result<ProbeDone> TaskRunner::probe(const Probe& probe) {
  parts_->meter.begin(probe.id);
  parts_->meter.enter(BeaconStage::kProbe);
  Result<RecordingProperties> properties =
      probe_recording(probe.recording.path, parts_->samples.channel);
  const StageTimes times = parts_->meter.times();
  if (!properties) return properties.error();
  return ProbeDone{probe.id, std::move(*properties), times.probe_us};
}

Result<TaskResult> TaskRunner::run(const Task& task) {
  const std::int64_t started_us = wall_us();
  TaskResult result;
  result.id = task.id;
  parts_->meter.begin(task.id);
  parts_->meter.enter(BeaconStage::kDecode);
  Result<SampleSource*> source = source_for(task);
  if (!source) return source.error();
  Status begun = begin(task);
  if (!begun) return begun.error();
  for (const Batch& batch : task.batches) {
    Status done = run_batch(**source, batch, result);
    if (!done) return done.error();
  }
  if (parts_->state.defined()) result.state = state_numbers(parts_->state);
  result.times = parts_->meter.times();
  result.wall_us = wall_us() - started_us;
  return result;
}

Status TaskRunner::begin(const Task& task) {
  parts_->recording_samples = samples_at_model_rate(
      task.properties.frames, task.properties.sample_rate, parts_->settings.geometry.sample_rate);
  if (!parts_->settings.carries_state) return Done{};
  Result<at::Tensor> state = state_before(task, *parts_->model);
  if (!state) return state.error();
  parts_->state = *state;
  return Done{};
}

void TaskRunner::note_send() { parts_->meter.enter(BeaconStage::kSend); }
void TaskRunner::note_idle() { parts_->meter.enter(BeaconStage::kIdle); }

Result<SampleSource*> TaskRunner::source_for(const Task& task) {
  std::optional<OpenRecording>& open = parts_->open;
  if (open && open->recording == task.recording && open->properties == task.properties) {
    return &open->source;
  }
  open.reset();
  StageMeter* meter = &parts_->meter;
  Result<SampleSource> source =
      SampleSource::open(task.recording, task.properties, parts_->samples,
                         [meter](SampleStage stage) { meter->enter(beacon_stage(stage)); });
  if (!source) return source.error();
  open.emplace(OpenRecording{task.recording, task.properties, std::move(*source)});
  return &open->source;
}

Result<at::Tensor> TaskRunner::waveform(SampleSource& source, const Batch& batch) {
  const std::int64_t samples = parts_->settings.geometry.input_samples();
  at::Tensor rows = at::empty({std::ssize(batch.segments), samples}, at::kFloat);
  auto* row = rows.data_ptr<float>();
  for (const Segment& segment : batch.segments) {
    parts_->meter.at_segment(segment.index);
    parts_->meter.enter(BeaconStage::kDecode);
    Status read = source.read(segment.input_begin, {row, static_cast<std::size_t>(samples)});
    if (!read) return read.error();
    row += samples;
  }
  parts_->meter.at_segment(batch.segments.front().index);
  return rows;
}

Result<at::Tensor> TaskRunner::scores(const at::Tensor& waveform, const Batch& batch) {
  try {
    const c10::InferenceMode inference_mode;
    parts_->meter.enter(BeaconStage::kFrontEnd);
    const at::Tensor input = parts_->front_end->apply(waveform);
    parts_->meter.enter(BeaconStage::kForward);
    ForwardExtras extras;
    if (parts_->settings.takes_lengths) {
      extras.lengths =
          lengths_of(batch, *parts_->front_end, waveform.size(1), parts_->recording_samples);
    }
    extras.state = parts_->state;
    Result<ForwardResult> result = parts_->model->forward(input, extras);
    if (!result) return in_forward(batch, result.error().reason);
    parts_->state = result->state;
    Result<std::int64_t> frames =
        check_output_shape(result->output.sizes(), waveform.size(0), parts_->settings);
    if (!frames) return in_forward(batch, frames.error().reason);
    return activate(result->output, parts_->settings.activation);
  } catch (const std::exception& exception) {
    return in_forward(batch, torch_reason(exception));
  }
}

Status TaskRunner::run_batch(SampleSource& source, const Batch& batch, TaskResult& result) {
  if (batch.segments.empty()) return Done{};
  Result<at::Tensor> rows = waveform(source, batch);
  if (!rows) return rows.error();
  Result<at::Tensor> output = scores(*rows, batch);
  if (!output) return output.error();
  parts_->meter.enter(BeaconStage::kReduce);
  const auto row_size = static_cast<std::size_t>(output->numel() / output->size(0));
  const auto* row = output->const_data_ptr<float>();
  for (const Segment& segment : batch.segments) {
    Result<SegmentScores> reduced = parts_->reducer.reduce(segment, {row, row_size});
    if (!reduced) return reduced.error();
    result.segments.push_back(std::move(*reduced));
    row += row_size;
  }
  return Done{};
}

}  // namespace rookery
