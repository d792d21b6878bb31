#include "worker/batch_reader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace rookery {
namespace {

BeaconStage beacon_stage(SampleStage stage) {
  if (stage == SampleStage::kSeek) return BeaconStage::kSeek;
  return stage == SampleStage::kDecode ? BeaconStage::kDecode : BeaconStage::kResample;
}

// Samples from the first that a batch hears to the last.
std::int64_t stretch(const Batch& batch, const SegmentGeometry& geometry) {
  return batch.segments.back().input_begin - batch.segments.front().input_begin +
         geometry.input_samples();
}

}  // namespace

bool is_left_out(const ModelWork& work, const Segment& segment) {
  return std::ranges::find(work.left_out, segment.index) != work.left_out.end();
}

Result<at::Tensor> BatchReader::read(const Task& task, std::size_t part, const Batch& batch,
                                     const SegmentGeometry& geometry, StageMeter& meter) {
  meter_ = &meter;
  const ModelWork& work = task.parts[part];
  Result<SampleSource*> source = source_for(task, {geometry.sample_rate, work.pass.channel});
  if (!source) return source.error();
  if (task.parts.size() > 1) (*source)->keep(stretch(batch, geometry));
  const std::int64_t samples = geometry.input_samples();
  at::Tensor rows = at::empty({std::ssize(batch.segments), samples}, at::kFloat);
  auto* next_row = rows.data_ptr<float>();
  for (const Segment& segment : batch.segments) {
    const std::span<float> row(next_row, static_cast<std::size_t>(samples));
    next_row += samples;
    if (is_left_out(work, segment)) {
      std::ranges::fill(row, 0.0F);
      continue;
    }
    meter.at_segment(segment.index);
    meter.enter(BeaconStage::kDecode);
    Status read = (*source)->read(segment.input_begin, row);
    if (!read) return read.error();
  }
  return rows;
}

Result<SampleSource*> BatchReader::source_for(const Task& task, const Heard& heard) {
  if (!open_ || open_->recording != task.recording || open_->properties != task.properties) {
    open_.emplace(OpenRecording{task.recording, task.properties, {}});
  }
  const auto found = open_->sources.find(heard);
  if (found != open_->sources.end()) return &found->second;
  const ChannelChoice channel = heard.channel == 0 ? channel_ : ChannelChoice{heard.channel};
  Result<SampleSource> source =
      SampleSource::open(task.recording, task.properties, {heard.sample_rate, channel, quality_},
                         [this](SampleStage stage) { enter(stage); });
  if (!source) return source.error();
  return &open_->sources.emplace(heard, std::move(*source)).first->second;
}

void BatchReader::enter(SampleStage stage) { meter_->enter(beacon_stage(stage)); }

}  // namespace rookery
