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
#include "worker/row_pool.h"
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

bool is_left_out(const ModelWork& work, const Segment& segment) {
  return std::ranges::find(work.left_out, segment.index) != work.left_out.end();
}

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

// A task that is being worked on, its parts side by side.
struct TaskRunner::UnderWay {
  const Task* task = nullptr;
  TaskResult result;
  std::vector<ModelRunner::Part> parts;
  std::optional<Error> failure = std::nullopt;  // the recording's

  TaskResult finished() {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const at::Tensor& state = parts[i].state;
      if (!result.parts[i].failure && state.defined()) result.parts[i].state = state_numbers(state);
    }
    return std::move(result);
  }
};

struct TaskRunner::Parts {
  ChannelChoice channel;
  ResamplerQuality quality;
  std::vector<ModelRunner> runners;  // by a part's model
  StageMeter meter;
  std::optional<OpenRecording> open;

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
  return TaskRunner(
      std::make_unique<Parts>(Parts{*channel, *quality, runners_of(settings, std::move(models)),
                                    std::move(meter), std::nullopt}));
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
  StageMeter& meter = parts_->meter;
  meter.begin(task.id);
  UnderWay work = begin(task);
  const auto run_batch = [&](std::size_t part, std::span<const BatchRow> rows,
                             const at::Tensor& waveform) {
    parts_->runner(task.parts[part]).run(rows, waveform, meter, work.parts[part].state);
  };
  const Status done = read_batches(work, run_batch);
  if (!done) return done.error();
  TaskResult result = work.finished();
  result.times = meter.times();
  result.wall_us = wall_us() - started_us;
  return result;
}

std::vector<Result<TaskResult>> TaskRunner::run(const MixedTask& mixed) {
  StageMeter& meter = parts_->meter;
  meter.begin(0);
  std::vector<RowPool> pools(parts_->runners.begin(), parts_->runners.end());
  std::vector<UnderWay> all;
  all.reserve(mixed.tasks.size());
  for (const Task& task : mixed.tasks) {
    meter.turn_to(task.id);
    UnderWay& work = all.emplace_back(begin(task));
    // Rows that are in a pool already go on: they are run, and not told.
    if (Status read = read_into(pools, work); !read) work.failure = read.error();
  }
  for (RowPool& pool : pools) pool.flush(meter);
  StageTimes times = meter.times();
  std::vector<Result<TaskResult>> results;
  for (UnderWay& work : all) {
    if (!work.failure) work.result.times = std::exchange(times, {});
    results.push_back(work.failure ? Result<TaskResult>(*work.failure) : work.finished());
  }
  return results;
}

// Full batches are run at once, as they would be alone.
Status TaskRunner::read_into(std::vector<RowPool>& pools, UnderWay& work) {
  const auto run_batch = [&](std::size_t part, std::span<const BatchRow> rows,
                             const at::Tensor& waveform) {
    const ModelWork& asked = work.task->parts[part];
    const ModelRunner& runner = parts_->runner(asked);
    if (std::ssize(rows) < runner.batch_size()) {
      pools[static_cast<std::size_t>(asked.pass.model)].add(rows, waveform, parts_->meter);
    } else {
      runner.run(rows, waveform, parts_->meter, work.parts[part].state);
    }
  };
  return read_batches(work, run_batch);
}

TaskRunner::UnderWay TaskRunner::begin(const Task& task) {
  UnderWay begun;
  begun.task = &task;
  begun.result.id = task.id;
  parts_->meter.enter(BeaconStage::kDecode);
  for (const ModelWork& work : task.parts) {
    ModelScores& scores = begun.result.parts.emplace_back();
    scores.pass = work.pass;
    Result<ModelRunner::Part> part = parts_->runner(work).begin(work, task.properties);
    if (!part) scores.failure = part.error();
    begun.parts.push_back(part ? std::move(*part) : ModelRunner::Part{});
  }
  return begun;
}

Status TaskRunner::read_batches(UnderWay& work, const RunBatch& run_batch) {
  for (const Turn& turn : parts_->turns(*work.task)) {
    ModelScores& scores = work.result.parts[turn.part];
    if (scores.failure) continue;
    parts_->meter.at_part(turn.part);
    const ModelWork& asked = work.task->parts[turn.part];
    Result<at::Tensor> waveform = read_batch(*work.task, asked, *turn.batch);
    if (!waveform) return waveform.error();
    std::vector<BatchRow> rows;
    for (const Segment& segment : turn.batch->segments) {
      rows.push_back({&segment, work.parts[turn.part].recording_samples, &scores,
                      is_left_out(asked, segment)});
    }
    run_batch(turn.part, rows, *waveform);
  }
  return Done{};
}

Result<at::Tensor> TaskRunner::read_batch(const Task& task, const ModelWork& work,
                                          const Batch& batch) {
  const SegmentGeometry& geometry = parts_->runner(work).geometry();
  Result<SampleSource*> source = source_for(task, {geometry.sample_rate, work.pass.channel});
  if (!source) return source.error();
  if (task.parts.size() > 1) (*source)->keep(stretch(batch, geometry));
  return waveform(**source, work, batch, geometry.input_samples());
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

Result<at::Tensor> TaskRunner::waveform(SampleSource& source, const ModelWork& work,
                                        const Batch& batch, std::int64_t samples) {
  at::Tensor rows = at::empty({std::ssize(batch.segments), samples}, at::kFloat);
  auto* next_row = rows.data_ptr<float>();
  for (const Segment& segment : batch.segments) {
    const std::span<float> row(next_row, static_cast<std::size_t>(samples));
    next_row += samples;
    if (is_left_out(work, segment)) {
      std::ranges::fill(row, 0.0F);
      continue;
    }
    parts_->meter.at_segment(segment.index);
    parts_->meter.enter(BeaconStage::kDecode);
    Status read = source.read(segment.input_begin, row);
    if (!read) return read.error();
  }
  parts_->meter.at_segment(batch.segments.front().index);
  return rows;
}

}  // namespace rookery
