#include "worker/task_runner.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <compare>
#include <map>
#include <optional>
#include <utility>

#include "worker/audio_reader.h"
#include "worker/forward_extras.h"
#include "worker/model_runner.h"
#include "worker/recording_probe.h"
#include "worker/sample_source.h"

namespace rookery {
namespace {

std::int64_t wall_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

BeaconStage beacon_stage(SampleStage stage) {
  return stage == SampleStage::kDecode ? BeaconStage::kDecode : BeaconStage::kResample;
}

// A batch of one of the task's parts.
struct Turn {
  std::size_t part = 0;
  const Batch* batch = nullptr;
  double begin_seconds = 0;
};

// Samples from the first that a batch hears to the last.
std::int64_t stretch(const Batch& batch, const SegmentGeometry& geometry) {
  return batch.segments.back().input_begin - batch.segments.front().input_begin +
         geometry.input_samples();
}

ModelRunner runner_of(const std::vector<ModelSettings>& settings, std::vector<HostedModel> models) {
  std::vector<ModelRunner::Member> members;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    members.push_back({settings[i], std::move(models[i])});
  }
  return ModelRunner(std::move(members));
}

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

}  // namespace

// What of a recording a model hears.
struct TaskRunner::Heard {
  std::int32_t sample_rate = 0;
  std::int32_t channel = 0;  // as PassKey has it

  // clang-tidy 14 takes the operator for a null pointer.
  auto operator<=>(const Heard&) const = default;  // NOLINT(modernize-use-nullptr)
};

struct TaskRunner::OpenRecording {
  Recording recording;
  RecordingProperties properties;
  std::map<Heard, SampleSource> sources;
};

struct TaskRunner::Parts {
  ChannelChoice channel;
  ResamplerQuality quality;
  std::vector<ModelRunner> runners;  // by a part's model
  StageMeter meter;
  std::optional<OpenRecording> open;
  std::vector<ModelRunner::Part> under_way;  // the parts of the task at hand

  const ModelRunner& runner(const ModelWork& work) const {
    return runners.at(static_cast<std::size_t>(work.pass.model));
  }
  // All batches in the order in which the recording plays, so that models hear a stretch one after
  // the other while it is in memory.
  std::vector<Turn> turns(const Task& task) const {
    std::vector<Turn> turns;
    for (std::size_t part = 0; part < task.parts.size(); ++part) {
      const double rate = runner(task.parts[part]).geometry().sample_rate;
      for (const Batch& batch : task.parts[part].batches) {
        if (batch.segments.empty()) continue;
        const auto begin = static_cast<double>(batch.segments.front().input_begin);
        turns.push_back({part, &batch, begin / rate});
      }
    }
    std::ranges::stable_sort(turns, {}, &Turn::begin_seconds);
    return turns;
  }
};

Result<TaskRunner> TaskRunner::create(const WorkerSettings& settings,
                                      std::vector<HostedModel> models, StageMeter meter) {
  Result<ChannelChoice> channel = parse_channel(settings.channel);
  if (!channel) return channel.error();
  Result<ResamplerQuality> quality = parse_resampler_quality(settings.resampler);
  if (!quality) return quality.error();
  return TaskRunner(std::make_unique<Parts>(Parts{*channel,
                                                  *quality,
                                                  runners_of(settings, std::move(models)),
                                                  std::move(meter),
                                                  std::nullopt,
                                                  {}}));
}

TaskRunner::TaskRunner(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TaskRunner::TaskRunner(TaskRunner&&) noexcept = default;
TaskRunner::~TaskRunner() = default;

void TaskRunner::note_send() { parts_->meter.enter(BeaconStage::kSend); }
void TaskRunner::note_idle() { parts_->meter.enter(BeaconStage::kIdle); }

Result<ProbeDone> TaskRunner::probe(const Probe& probe) {
  parts_->meter.begin(probe.id);
  parts_->meter.enter(BeaconStage::kProbe);
  Result<RecordingProperties> properties = probe_recording(probe.recording.path, parts_->channel);
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
  begin(task, result);
  for (const Turn& turn : parts_->turns(task)) {
    ModelScores& scores = result.parts[turn.part];
    if (scores.failure) continue;
    Status done = run_batch(task, turn.part, *turn.batch, scores);
    if (!done) return done.error();
  }
  for (std::size_t i = 0; i < task.parts.size(); ++i) {
    const at::Tensor& state = parts_->under_way[i].state;
    if (!result.parts[i].failure && state.defined()) result.parts[i].state = state_numbers(state);
  }
  result.times = parts_->meter.times();
  result.wall_us = wall_us() - started_us;
  return result;
}

void TaskRunner::begin(const Task& task, TaskResult& result) {
  parts_->under_way.clear();
  for (const ModelWork& work : task.parts) {
    ModelScores& scores = result.parts.emplace_back();
    scores.pass = work.pass;
    Result<ModelRunner::Part> begun = parts_->runner(work).begin(work, task.properties);
    if (!begun) scores.failure = begun.error();
    parts_->under_way.push_back(begun ? std::move(*begun) : ModelRunner::Part{});
  }
}

// The recording's faults come back as an error, the model's in `scores`.
Status TaskRunner::run_batch(const Task& task, std::size_t part, const Batch& batch,
                             ModelScores& scores) {
  const ModelWork& work = task.parts[part];
  const ModelRunner& runner = parts_->runner(work);
  const SegmentGeometry& geometry = runner.geometry();
  Result<SampleSource*> source = source_for(task, {geometry.sample_rate, work.pass.channel});
  if (!source) return source.error();
  if (task.parts.size() > 1) (*source)->keep(stretch(batch, geometry));
  Result<at::Tensor> rows = waveform(**source, batch, geometry.input_samples());
  if (!rows) return rows.error();
  Status done = runner.run(batch, *rows, parts_->meter, parts_->under_way[part], scores);
  if (!done) scores = {scores.pass, {}, {}, done.error()};
  return Done{};
}

Result<SampleSource*> TaskRunner::source_for(const Task& task, const Heard& heard) {
  std::optional<OpenRecording>& open = parts_->open;
  if (!open || open->recording != task.recording || open->properties != task.properties) {
    open.emplace(OpenRecording{task.recording, task.properties, {}});
  }
  const auto found = open->sources.find(heard);
  if (found != open->sources.end()) return &found->second;
  StageMeter* meter = &parts_->meter;
  const ChannelChoice channel = heard.channel == 0 ? parts_->channel : ChannelChoice{heard.channel};
  Result<SampleSource> source = SampleSource::open(
      task.recording, task.properties, {heard.sample_rate, channel, parts_->quality},
      [meter](SampleStage stage) { meter->enter(beacon_stage(stage)); });
  if (!source) return source.error();
  return &open->sources.emplace(heard, std::move(*source)).first->second;
}

Result<at::Tensor> TaskRunner::waveform(SampleSource& source, const Batch& batch,
                                        std::int64_t samples) {
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

}  // namespace rookery
