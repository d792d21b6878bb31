#include "worker/task_runner.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include "rookery/reading_ahead.h"
#include "worker/audio_reader.h"
#include "worker/batch_reader.h"
#include "worker/forward_extras.h"
#include "worker/helper_thread.h"
#include "worker/model_runner.h"
#include "worker/read_ahead.h"
#include "worker/recording_probe.h"
#include "worker/row_pool.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

std::int64_t wall_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// A batch of one of the task's parts.
struct Turn {
  std::size_t part = 0;
  const Batch* batch = nullptr;
  double begin_seconds = 0;
};

std::int64_t first_segment(const Turn& turn) { return turn.batch->segments.front().index; }

}  // namespace

// A task that is being worked on, its parts side by side.
struct TaskRunner::UnderWay {
  const Task* task = nullptr;
  TaskResult result;
  std::vector<ModelRunner::Part> parts;
  std::optional<Error> failure = std::nullopt;  // the recording's

  // A batch as the rows of its part's model.
  std::vector<BatchRow> rows(const Turn& turn) {
    const ModelWork& asked = task->parts[turn.part];
    std::vector<BatchRow> rows;
    for (const Segment& segment : turn.batch->segments) {
      rows.push_back({&segment, parts[turn.part].recording_samples, &result.parts[turn.part],
                      is_left_out(asked, segment)});
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
  BatchReader reader;
  StageMeter helper_meter;  // of what the helper does; the beacon is this thread's
  std::optional<HelperThread> helper;

  Parts(const WorkerSettings& settings, std::vector<HostedModel> models, StageMeter thread_meter,
        ChannelChoice hears, ResamplerQuality quality)
      : channel(hears),
        runners(runners_of(settings, std::move(models))),
        meter(std::move(thread_meter)),
        reader(hears, quality),
        helper_meter(std::nullopt) {
    if (settings.decode_ahead) helper.emplace("read-ahead");
  }

  // So that its front ends give what those of the model's thread give.
  Status settle_helper(std::int32_t intra_op) {
    Status settled = Done{};
    if (!helper) return settled;
    helper->begin([&] { settled = set_thread_settings(intra_op); });
    helper->wait();
    return settled;
  }

  void begin(TaskId id) {
    meter.begin(id);
    helper_meter.begin(id);
  }
  // Since begin(), of both threads. Precondition: the helper has nothing to do.
  StageTimes times() {
    StageTimes times = meter.times();
    times += helper_meter.times();
    return times;
  }
  const ModelRunner& runner(const ModelWork& work) const {
    return runners.at(static_cast<std::size_t>(work.pass.model));
  }
  Result<BatchInput> read(const Task& task, const Turn& turn, StageMeter& its_meter) {
    const SegmentGeometry& geometry = runner(task.parts[turn.part]).geometry();
    Result<at::Tensor> waveform = reader.read(task, turn.part, *turn.batch, geometry, its_meter);
    if (!waveform) return waveform.error();
    return BatchInput{std::move(*waveform)};
  }
  // For the helper. Rows of a batch that is not full may go on in another one (RowPool).
  Result<BatchInput> read_with_features(const Task& task, const Turn& turn) {
    Result<BatchInput> batch = read(task, turn, helper_meter);
    const ModelRunner& its_runner = runner(task.parts[turn.part]);
    if (batch && batch->waveform.size(0) == its_runner.batch_size()) {
      batch = its_runner.with_features(batch->waveform, helper_meter);
    }
    helper_meter.enter(BeaconStage::kIdle);
    return batch;
  }
  // What the worker waits for is noted, so that one that waits for ever is not taken for one that
  // is at the batch before.
  Result<BatchInput> await(ReadAhead<Result<BatchInput>>& ahead, const Turn& turn) {
    meter.at_segment(first_segment(turn));
    meter.enter(BeaconStage::kDecode);
    return ahead.take();
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
  try {
    auto parts =
        std::make_unique<Parts>(settings, std::move(models), std::move(meter), *channel, *quality);
    if (Status settled = parts->settle_helper(settings.intra_op); !settled) return settled.error();
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
  result.times = parts_->times();
  result.wall_us = wall_us() - started_us;
  result.spans = meter.take_spans();
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
  StageTimes times = parts_->times();
  std::vector<StageSpan> spans = meter.take_spans();
  std::vector<Result<TaskResult>> results;
  for (UnderWay& work : all) {
    if (!work.failure) {
      work.result.times = std::exchange(times, {});
      work.result.spans = std::exchange(spans, {});
    }
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
  const Task& task = *work.task;
  const std::vector<Turn> turns = parts_->turns(task);
  std::optional<ReadAhead<Result<BatchInput>>> ahead;
  if (parts_->helper && may_be_read_ahead(task)) {
    ahead.emplace(*parts_->helper, turns.size(), [&](std::size_t index) {
      return parts_->read_with_features(task, turns[index]);
    });
  }
  for (const Turn& turn : turns) {
    ModelScores& scores = work.result.parts[turn.part];
    if (scores.failure && !ahead) continue;
    parts_->meter.at_part(turn.part);
    Result<BatchInput> batch =
        ahead ? parts_->await(*ahead, turn) : parts_->read(task, turn, parts_->meter);
    // Read ahead before it was known that nobody needs it.
    if (scores.failure) continue;
    if (!batch) return batch.error();
    parts_->meter.at_segment(first_segment(turn));
    run_batch(turn.part, work.rows(turn), *batch);
  }
  return Done{};
}

}  // namespace rookery
