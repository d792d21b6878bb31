#include "worker/task_reader.h"

#include <algorithm>
#include <utility>

#include "rookery/reading_ahead.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

std::int64_t first_segment(const Batch& batch) { return batch.segments.front().index; }

}  // namespace

TaskReader::TaskReader(const WorkerSettings& settings, ChannelChoice channel,
                       ResamplerQuality quality, const std::vector<ModelRunner>& runners,
                       StageMeter& meter)
    : runners_(runners), meter_(meter), helper_meter_(std::nullopt), batches_(channel, quality) {
  if (!settings.decode_ahead) return;
  if (settings.trace) helper_meter_.trace(SpanLog());
  helper_.emplace("read-ahead");
}

Status TaskReader::settle(std::int32_t intra_op) {
  Status settled = Done{};
  if (!helper_) return settled;
  helper_->begin([&] { settled = set_thread_settings(intra_op); });
  helper_->wait();
  return settled;
}

// What the helper did for a task that failed is not told.
void TaskReader::begin(TaskId id) {
  helper_meter_.begin(id);
  helper_meter_.take_spans();
}

HelperWork TaskReader::helper_work() {
  return {helper_meter_.times().sum_us(), helper_meter_.take_spans()};
}

const ModelRunner& TaskReader::runner(const ModelWork& work) const {
  return runners_.at(static_cast<std::size_t>(work.pass.model));
}

// So that models hear a stretch one after the other while it is in memory.
std::vector<TaskReader::Turn> TaskReader::turns(const Task& task) const {
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

Result<BatchInput> TaskReader::read_turn(const Task& task, const Turn& turn, StageMeter& meter) {
  const SegmentGeometry& geometry = runner(task.parts[turn.part]).geometry();
  Result<at::Tensor> waveform = batches_.read(task, turn.part, *turn.batch, geometry, meter);
  if (!waveform) return waveform.error();
  return BatchInput{std::move(*waveform)};
}

// For the helper. Rows of a batch that is not full may go on in another one (RowPool).
Result<BatchInput> TaskReader::read_with_features(const Task& task, const Turn& turn) {
  Result<BatchInput> batch = read_turn(task, turn, helper_meter_);
  const ModelRunner& its_runner = runner(task.parts[turn.part]);
  if (batch && batch->waveform.size(0) == its_runner.batch_size()) {
    batch = its_runner.with_features(batch->waveform, helper_meter_);
  }
  helper_meter_.enter(BeaconStage::kIdle);
  return batch;
}

// What the worker waits for is noted, so that one that waits for ever is not taken for one that is
// at the batch before.
Result<BatchInput> TaskReader::await(Ahead& ahead, const Turn& turn) {
  meter_.at_segment(first_segment(*turn.batch));
  meter_.enter(BeaconStage::kDecode);
  return ahead.take();
}

Status TaskReader::read(const Task& task, const Consumer& consumer) {
  const std::vector<Turn> all = turns(task);
  std::optional<Ahead> ahead;
  if (helper_ && may_be_read_ahead(task)) {
    ahead.emplace(*helper_, all.size(),
                  [&](std::size_t index) { return read_with_features(task, all[index]); });
  }
  for (const Turn& turn : all) {
    if (!ahead && !consumer.wants(turn.part)) continue;
    meter_.at_part(turn.part);
    Result<BatchInput> batch = ahead ? await(*ahead, turn) : read_turn(task, turn, meter_);
    // It may have been read before it was known that nobody needs it.
    if (!consumer.wants(turn.part)) continue;
    if (!batch) return batch.error();
    meter_.at_segment(first_segment(*turn.batch));
    consumer.take(turn.part, *turn.batch, *batch);
  }
  return Done{};
}

}  // namespace rookery
