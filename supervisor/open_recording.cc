#include "supervisor/open_recording.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "rookery/sample_rate.h"

namespace rookery {
namespace {

// What the passes of a model hear: each channel by itself, or what the setting says.
std::vector<std::int32_t> channels_of(const RecordingProperties& properties,
                                      const std::string& setting) {
  if (setting != kEachChannel) return {0};
  std::vector<std::int32_t> channels(static_cast<std::size_t>(properties.channels));
  std::iota(channels.begin(), channels.end(), 1);
  return channels;
}

}  // namespace

OpenRecording::OpenRecording(AdmittedRecording admitted, RecordingProperties properties,
                             const std::vector<const WorkShape*>& shapes)
    : admitted_(std::move(admitted)), properties_(std::move(properties)) {
  for (const auto& [model, journal_id] : admitted_.journal_ids) {
    const WorkShape& shape = *shapes.at(static_cast<std::size_t>(model));
    for (const std::int32_t channel : channels_of(properties_, shape.results.channel)) {
      const PassKey key{model, channel};
      passes_.try_emplace(key, key, properties_, shape);
    }
  }
  pass_count_ = passes_.size();
}

std::vector<std::int32_t> OpenRecording::resume() {
  std::vector<std::int32_t> refused;
  for (const auto& [model, by_channel] : admitted_.checkpoints) {
    const bool resumed = std::ranges::all_of(by_channel, [&, of = model](const auto& one) {
      return resume_pass({of, one.first}, one.second);
    });
    if (!resumed) refused.push_back(model);
  }
  share_resumed_ = share_merged();
  return refused;
}

bool OpenRecording::resume_pass(const PassKey& key, const std::string& bytes) {
  const auto place = passes_.find(key);
  const auto checkpoint = decode_checkpoint(bytes);
  if (place == passes_.end() || !checkpoint) return false;
  for (const SegmentGap& gap : checkpoint->gaps) gaps_[key][gap.segment] = gap.fault;
  if (checkpoint->ended) {
    passes_.erase(place);
    return true;
  }
  checkpointed_[key] = checkpoint->next_segment;
  return place->second.resume(*checkpoint);
}

std::vector<std::pair<PassKey, PassCheckpoint>> OpenRecording::take_checkpoints() {
  std::vector<std::pair<PassKey, PassCheckpoint>> checkpoints;
  for (const auto& [key, pass] : passes_) {
    std::int64_t& covered = checkpointed_[key];
    if (pass.released() == covered) continue;
    covered = pass.released();
    checkpoints.emplace_back(key, pass.checkpoint());
    checkpoints.back().second.gaps = gaps_before(key, covered);
  }
  return checkpoints;
}

PassCheckpoint OpenRecording::ended_checkpoint(const PassKey& key) const {
  PassCheckpoint checkpoint;
  checkpoint.ended = true;
  checkpoint.gaps = gaps_before(key, std::numeric_limits<std::int64_t>::max());
  return checkpoint;
}

void OpenRecording::leave_out(const LeftOutSegment& left_out) {
  const ModelPass* pass = this->pass(left_out.pass);
  if (pass == nullptr) return;
  RecordingFault& fault = gaps_[left_out.pass][left_out.segment];
  fault = left_out.fault;
  const TimeSpan span = pass->span_of(left_out.segment);
  fault.start_us = span.start_us;
  fault.end_us = span.end_us;
}

std::vector<SegmentGap> OpenRecording::gaps_before(const PassKey& key, std::int64_t segment) const {
  std::vector<SegmentGap> before;
  const auto of_pass = gaps_.find(key);
  if (of_pass == gaps_.end()) return before;
  for (const auto& [left_out, fault] : of_pass->second) {
    if (left_out < segment) before.push_back({left_out, fault});
  }
  return before;
}

std::vector<RecordingFault> OpenRecording::gaps(std::int32_t model) const {
  std::vector<RecordingFault> faults;
  for (const auto& [key, of_pass] : gaps_) {
    if (key.model != model) continue;
    for (const auto& [segment, fault] : of_pass) faults.push_back(fault);
  }
  return faults;
}

std::int64_t OpenRecording::duration_us() const {
  return samples_to_us(properties_.frames, properties_.sample_rate);
}

std::optional<Task> OpenRecording::next_task(const TaskSize& size) {
  std::vector<ModelPass*> open;
  for (auto& [key, pass] : passes_) {
    if (pass.exhausted()) continue;
    if (pass.waits()) return std::nullopt;
    open.push_back(&pass);
  }
  if (open.empty()) return std::nullopt;
  if (std::ranges::all_of(open, &ModelPass::at_mixed_rest)) return rest_of(open);
  std::erase_if(open, [](const ModelPass* pass) { return pass->at_mixed_rest(); });
  // One that is behind the others, as when a model was added, leads: theirs is no more than its.
  ModelPass* lead = *std::ranges::min_element(open, {}, &ModelPass::next_begin_seconds);
  Task task{0, admitted_.recording, properties_, {lead->next_work(size)}};
  const double stretch_end = lead->next_begin_seconds();
  for (ModelPass* pass : open) {
    if (pass == lead) continue;
    ModelWork work = pass->next_work_before(stretch_end);
    if (!work.batches.empty()) task.parts.push_back(std::move(work));
  }
  return task;
}

Task OpenRecording::rest_of(const std::vector<ModelPass*>& passes) const {
  Task task{0, admitted_.recording, properties_, {}};
  for (ModelPass* pass : passes) task.parts.push_back(pass->next_work({1}));
  return task;
}

std::vector<PassKey> OpenRecording::passes() const {
  std::vector<PassKey> keys;
  for (const auto& [key, pass] : passes_) keys.push_back(key);
  return keys;
}

ModelPass* OpenRecording::pass(const PassKey& key) {
  const auto found = passes_.find(key);
  return found == passes_.end() ? nullptr : &found->second;
}

void OpenRecording::fail_model(std::int32_t model) {
  std::erase_if(passes_, [model](const auto& one) { return one.first.model == model; });
  any_failed_ = true;
}

bool OpenRecording::has_passes_of(std::int32_t model) const {
  const auto first = passes_.lower_bound(PassKey{model, 0});
  return first != passes_.end() && first->first.model == model;
}

std::int64_t OpenRecording::held_back_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [key, pass] : passes_) bytes += pass.held_back_bytes();
  return bytes;
}

std::int64_t OpenRecording::unreleased_segments() const {
  std::int64_t segments = 0;
  for (const auto& [key, pass] : passes_) segments += pass.unreleased();
  return segments;
}

double OpenRecording::share_merged() const {
  const auto all = static_cast<double>(pass_count_);
  double merged = all - static_cast<double>(passes_.size());
  for (const auto& [key, pass] : passes_) merged += pass.share_merged();
  return merged / all;
}

}  // namespace rookery
