#include "supervisor/open_recording.h"

#include <algorithm>
#include <utility>

#include "rookery/sample_rate.h"

namespace rookery {

OpenRecording::OpenRecording(AdmittedRecording admitted, RecordingProperties properties,
                             const std::vector<const WorkShape*>& shapes)
    : admitted_(std::move(admitted)), properties_(std::move(properties)) {
  for (const auto& [model, journal_id] : admitted_.journal_ids) {
    const WorkShape& shape = *shapes.at(static_cast<std::size_t>(model));
    passes_.try_emplace(model, model, properties_, shape);
  }
}

std::int64_t OpenRecording::duration_us() const {
  return samples_to_us(properties_.frames, properties_.sample_rate);
}

std::optional<Task> OpenRecording::next_task(std::int64_t max_segments) {
  std::vector<ModelPass*> open;
  for (auto& [model, pass] : passes_) {
    if (pass.exhausted()) continue;
    if (pass.waits()) return std::nullopt;
    open.push_back(&pass);
  }
  if (open.empty()) return std::nullopt;
  Task task{0, admitted_.recording, properties_, {open.front()->next_work(max_segments)}};
  const double stretch_end = open.front()->next_begin_seconds();
  for (ModelPass* pass : std::vector<ModelPass*>(open.begin() + 1, open.end())) {
    ModelWork work = pass->next_work_before(stretch_end);
    if (!work.batches.empty()) task.parts.push_back(std::move(work));
  }
  return task;
}

std::vector<std::int32_t> OpenRecording::models() const {
  std::vector<std::int32_t> models;
  for (const auto& [model, pass] : passes_) models.push_back(model);
  return models;
}

ModelPass* OpenRecording::pass(std::int32_t model) {
  const auto found = passes_.find(model);
  return found == passes_.end() ? nullptr : &found->second;
}

void OpenRecording::end_pass(std::int32_t model, bool failed) {
  passes_.erase(model);
  any_failed_ = any_failed_ || failed;
}

std::int64_t OpenRecording::held_back_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [model, pass] : passes_) bytes += pass.held_back_bytes();
  return bytes;
}

double OpenRecording::share_merged() const {
  const auto all = static_cast<double>(admitted_.journal_ids.size());
  double merged = all - static_cast<double>(passes_.size());
  for (const auto& [model, pass] : passes_) merged += pass.share_merged();
  return merged / all;
}

}  // namespace rookery
