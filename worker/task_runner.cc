#include "worker/task_runner.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include "worker/audio_reader.h"
#include "worker/forward_extras.h"
#include "worker/model_runner.h"
#include "worker/recording_probe.h"
#include "worker/row_pool.h"
#include "worker/task_reader.h"

namespace rookery {
namespace {

std::int64_t wall_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace

// A task that is being worked on, its parts side by side.
struct TaskRunner::UnderWay {
  const Task* task = nullptr;
  TaskResult result;
  std::vector<ModelRunner::Part> parts;
  std::optional<Error> failure = std::nullopt;  // the recording's

  // A batch as the rows of its part's model.
  std::vector<BatchRow> rows(std::size_t part, const Batch& batch) {
    std::vector<BatchRow> rows;
    for (const Segment& segment : batch.segments) {
      rows.push_back({&segment, parts[part].recording_samples, &result.parts[part],
                      is_left_out(task->parts[part], segment)});
    }
    return rows;
  }

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
  std::vector<ModelRunner> runners;  // by a part's model
  StageMeter meter;
  TaskReader reader;

  Parts(const WorkerSettings& settings, std::vector<HostedModel> models, StageMeter thread_meter,
        ChannelChoice hears, ResamplerQuality quality)
      : channel(hears),
        runners(runners_of(settings, std::move(models))),
        meter(std::move(thread_meter)),
        reader(settings, hears, quality, runners, meter) {}

  void begin(TaskId id) {
    meter.begin(id);
    reader.begin(id);
  }
  // What was done since begin(): the answer's figures.
  void tell(TaskResult& result) {
    result.times = meter.times();
    result.times += reader.helper_times();
    result.spans = meter.take_spans();
    result.helper = reader.helper_work();
  }
  const ModelRunner& runner(const ModelWork& work) const {
    return runners.at(static_cast<std::size_t>(work.pass.model));
  }
};

Result<TaskRunner> TaskRunner::create(const WorkerSettings& settings,
                                      std::vector<HostedModel> models, StageMeter meter) {
  Result<ChannelChoice> channel = parse_channel(settings.channel);
  if (!channel) return channel.error();
  Result<ResamplerQuality> quality = parse_resampler_quality(settings.resampler);
  if (!quality) return quality.error();
  try {
    auto parts =
        std::make_unique<Parts>(settings, std::move(models), std::move(meter), *channel, *quality);
    if (Status settled = parts->reader.settle(settings.intra_op); !settled) return settled.error();
    return TaskRunner(std::move(parts));
  } catch (const std::system_error& error) {
    return Error{"worker", fmt::format("decode_ahead: no thread can be started: {}", error.what()),
                 "set decode_ahead: false"};
  }
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
  return ProbeDone{probe.id, std::move(*properties), times.probe_us, parts_->meter.take_spans()};
}

Result<TaskResult> TaskRunner::run(const Task& task) {
  const std::int64_t started_us = wall_us();
  StageMeter& meter = parts_->meter;
  parts_->begin(task.id);
  UnderWay work = begin(task);
  const auto run_batch = [&](std::size_t part, std::span<const BatchRow> rows,
                             const BatchInput& batch) {
    parts_->runner(task.parts[part]).run(rows, batch, meter, work.parts[part].state);
  };
  const Status done = read_batches(work, run_batch);
  if (!done) return done.error();
  TaskResult result = work.finished();
  parts_->tell(result);
  result.wall_us = wall_us() - started_us;
  return result;
}

std::vector<Result<TaskResult>> TaskRunner::run(const MixedTask& mixed) {
  StageMeter& meter = parts_->meter;
  parts_->begin(0);
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
  std::vector<Result<TaskResult>> results;
  bool told = false;
  for (UnderWay& work : all) {
    if (!work.failure && !std::exchange(told, true)) parts_->tell(work.result);
    results.push_back(work.failure ? Result<TaskResult>(*work.failure) : work.finished());
  }
  return results;
}

// Full batches are run at once, as they would be alone.
Status TaskRunner::read_into(std::vector<RowPool>& pools, UnderWay& work) {
  const auto run_batch = [&](std::size_t part, std::span<const BatchRow> rows,
                             const BatchInput& batch) {
    const ModelWork& asked = work.task->parts[part];
    const ModelRunner& runner = parts_->runner(asked);
    if (std::ssize(rows) < runner.batch_size()) {
      pools[static_cast<std::size_t>(asked.pass.model)].add(rows, batch.waveform, parts_->meter);
    } else {
      runner.run(rows, batch, parts_->meter, work.parts[part].state);
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
  const auto wants = [&](std::size_t part) { return !work.result.parts[part].failure; };
  const auto take = [&](std::size_t part, const Batch& batch, const BatchInput& input) {
    run_batch(part, work.rows(part, batch), input);
  };
  return parts_->reader.read(*work.task, {wants, take});
}

}  // namespace rookery
