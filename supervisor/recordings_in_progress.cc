#include "supervisor/recordings_in_progress.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "supervisor/recording_end.h"

namespace rookery {
namespace {

std::int64_t part(double share, std::int64_t whole) {
  return static_cast<std::int64_t>(share * static_cast<double>(whole));
}

std::vector<const WorkShape*> shapes_of(const std::vector<ModelOutput>& outputs) {
  std::vector<const WorkShape*> shapes;
  shapes.reserve(outputs.size());
  for (const ModelOutput& output : outputs) shapes.push_back(&output.shape);
  return shapes;
}

}  // namespace

RecordingsInProgress::RecordingsInProgress(std::vector<ModelOutput> outputs, RunObserver& observer)
    : outputs_(std::move(outputs)), observer_(observer) {}

const ModelOutput& RecordingsInProgress::output(std::int32_t model) const {
  return outputs_.at(static_cast<std::size_t>(model));
}

std::vector<std::int32_t> RecordingsInProgress::mixed_batch_rows() const {
  std::vector<std::int32_t> rows;
  for (const ModelOutput& output : outputs_) {
    const ResultSettings& results = output.shape.results;
    rows.push_back(results.batch_mix ? results.batch_size : 0);
  }
  return rows;
}

Result<std::optional<Probe>> RecordingsInProgress::admit(const IdentifiedInput& input) {
  const auto* fault = std::get_if<InputFault>(&input.item);
  const Recording& recording = fault != nullptr ? fault->place : std::get<Recording>(input.item);
  RecordingState known = RecordingState::kPending;
  const auto admitted = ask_journals(recording, input.identity, known);
  if (!admitted) return admitted.error();
  const std::optional<Probe> nothing_to_do;
  if (admitted->journal_ids.empty()) {
    if (known == RecordingState::kPending) return nothing_to_do;  // the same file once more
    ++ended_.skipped;
    ended_.file_bytes += admitted->file_bytes;
    if (admitted->had_fault) ++ended_.with_faults;
    return nothing_to_do;
  }
  if (fault != nullptr) {
    const Status ended = end_as_failed(*admitted, fault_of(fault->error));
    if (!ended) return ended.error();
    return nothing_to_do;
  }
  probing_.emplace(recording.position, *admitted);
  return std::optional<Probe>(Probe{0, recording});
}

Result<AdmittedRecording> RecordingsInProgress::ask_journals(const Recording& recording,
                                                             const FileIdentity& identity,
                                                             RecordingState& known) {
  AdmittedRecording admitted{recording, {}, identity.size_bytes, false};
  admitted.file_mtime_ns = identity.mtime_ns;
  for (std::size_t model = 0; model < outputs_.size(); ++model) {
    const auto entry = outputs_[model].journal->admit(recording, identity);
    if (!entry) return entry.error();
    if (!*entry) continue;
    RecordingState state = (*entry)->outcome.state;
    if (state == RecordingState::kFailed && outputs_[model].retry_failed) {
      const Status reopened = outputs_[model].journal->reopen((*entry)->id);
      if (!reopened) return reopened.error();
      state = RecordingState::kPending;
    }
    if (state == RecordingState::kPending) {
      const auto number = static_cast<std::int32_t>(model);
      admitted.journal_ids.emplace(number, (*entry)->id);
      if (!(*entry)->checkpoints.empty()) admitted.checkpoints[number] = (*entry)->checkpoints;
    } else {
      known = state;
      admitted.had_fault = admitted.had_fault || state != RecordingState::kDone;
    }
  }
  return admitted;
}

Status RecordingsInProgress::probed(std::int64_t position, const RecordingProperties& properties) {
  const auto probing = probing_.extract(position);
  if (probing.empty()) return Done{};
  auto taken_up = take_up(probing.mapped(), properties);
  if (!taken_up) return taken_up.error();
  OpenRecording& recording = open_.try_emplace(position, std::move(*taken_up)).first->second;
  for (const PassKey& pass : recording.passes()) {
    const ModelPass* one = recording.pass(pass);
    if (one == nullptr || !one->complete()) continue;
    Status finished = finish_pass(recording, pass);
    if (!finished) return finished;
  }
  if (recording.ended()) close(recording);
  return Done{};
}

Result<OpenRecording> RecordingsInProgress::take_up(AdmittedRecording admitted,
                                                    const RecordingProperties& properties) {
  OpenRecording recording(admitted, properties, shapes_of(outputs_));
  const std::vector<std::int32_t> refused = recording.resume();
  if (refused.empty()) return recording;
  for (const std::int32_t model : refused) {
    admitted.checkpoints.erase(model);
    const Status reopened = output(model).journal->reopen(admitted.journal_ids.at(model));
    if (!reopened) return reopened.error();
  }
  return take_up(std::move(admitted), properties);
}

std::optional<Task> RecordingsInProgress::next_task(
    const TaskSize& size, const std::function<bool(std::int64_t position)>& wanted) {
  for (auto& [position, recording] : open_) {
    if (!wanted(position)) continue;
    if (auto task = recording.next_task(size)) return task;
  }
  return std::nullopt;
}

Status RecordingsInProgress::take_result(std::int64_t position, TaskResult result,
                                         const std::vector<LeftOutSegment>& left_out) {
  const auto place = open_.find(position);
  if (place == open_.end()) return Done{};
  OpenRecording& recording = place->second;
  for (const LeftOutSegment& segment : left_out) {
    recording.leave_out(segment);
    observer_.recording_has_gap(recording.admitted().recording, segment.fault.reason);
  }
  for (ModelScores& scores : result.parts) {
    Status taken = take_scores(recording, std::move(scores));
    if (!taken) return taken;
  }
  if (recording.ended()) close(recording);
  return Done{};
}

Status RecordingsInProgress::take_scores(OpenRecording& recording, ModelScores scores) {
  const PassKey key = scores.pass;
  ModelPass* pass = recording.pass(key);
  if (pass == nullptr) return Done{};
  if (scores.failure) return fail_model(recording, key.model, fault_of(*scores.failure));
  Journal& journal = *output(key.model).journal;
  const std::int64_t id = recording.admitted().journal_ids.at(key.model);
  const FinalRows rows = pass->add(std::move(scores));
  if (const auto fault = fault_of_scores(rows.detections)) {
    return fail_model(recording, key.model, *fault);
  }
  Status appended = journal.append(id, rows.detections);
  if (appended && !rows.vectors.times.empty()) appended = journal.append_vectors(id, rows.vectors);
  if (!appended || !pass->complete()) return appended;
  return finish_pass(recording, key);
}

Status RecordingsInProgress::finish_pass(OpenRecording& recording, const PassKey& key) {
  Journal& journal = *output(key.model).journal;
  const std::int64_t id = recording.admitted().journal_ids.at(key.model);
  const std::vector<Detection> last = recording.pass(key)->finish();
  if (const auto fault = fault_of_scores(last)) return fail_model(recording, key.model, *fault);
  Status appended = journal.append(id, last);
  if (!appended) return appended;
  recording.end_pass(key);
  if (recording.has_passes_of(key.model)) {
    return journal.checkpoint(id, key.channel, encode(recording.ended_checkpoint(key)));
  }
  if (const auto changed = fault_of_changed_file(recording.admitted()))
    return fail_model(recording, key.model, *changed);
  return journal.finish(id, outcome_of(recording, key.model));
}

Status RecordingsInProgress::fail_model(OpenRecording& recording, std::int32_t model,
                                        const RecordingFault& fault) {
  const ModelOutput& failed = output(model);
  const std::string whose = outputs_.size() == 1 ? "" : failed.shape.card.name + ": ";
  observer_.recording_failed(recording.admitted().recording,
                             whose + fault.stage + ": " + fault.reason);
  recording.fail_model(model);
  return failed.journal->finish(recording.admitted().journal_ids.at(model),
                                {RecordingState::kFailed, 0, {fault}});
}

void RecordingsInProgress::close(const OpenRecording& recording) {
  const AdmittedRecording& admitted = recording.admitted();
  const auto& missing = recording.properties().missing;
  if (recording.any_failed()) {
    ++ended_.failed;
  } else {
    ++ended_.done;
    ended_.audio_us += part(1 - recording.share_resumed(), recording.duration_us());
  }
  ended_.file_bytes += admitted.file_bytes;
  if (missing) observer_.recording_has_gap(admitted.recording, missing->reason);
  const bool has_fault = missing || recording.any_failed() || recording.has_gaps();
  if (has_fault || admitted.had_fault) ++ended_.with_faults;
  open_.erase(admitted.recording.position);
}

Status RecordingsInProgress::fail(std::int64_t position, const RecordingFault& fault) {
  if (const auto probing = probing_.extract(position))
    return end_as_failed(probing.mapped(), fault);
  if (const auto open = open_.extract(position)) {
    AdmittedRecording left = open.mapped().admitted();
    std::erase_if(left.journal_ids,
                  [&](const auto& one) { return !open.mapped().has_passes_of(one.first); });
    return end_as_failed(left, fault);
  }
  return Done{};
}

Status RecordingsInProgress::end_as_failed(const AdmittedRecording& admitted,
                                           const RecordingFault& fault) {
  ++ended_.failed;
  ++ended_.with_faults;
  ended_.file_bytes += admitted.file_bytes;
  observer_.recording_failed(admitted.recording, fault.stage + ": " + fault.reason);
  for (const auto& [model, id] : admitted.journal_ids) {
    Status finished = output(model).journal->finish(id, {RecordingState::kFailed, 0, {fault}});
    if (!finished) return finished;
  }
  return Done{};
}

Status RecordingsInProgress::keep_checkpoints(OpenRecording& recording) {
  const AdmittedRecording& admitted = recording.admitted();
  for (const auto& [key, checkpoint] : recording.take_checkpoints()) {
    Status kept = output(key.model).journal->checkpoint(admitted.journal_ids.at(key.model),
                                                        key.channel, encode(checkpoint));
    if (!kept) return kept;
  }
  return Done{};
}

Status RecordingsInProgress::flush() {
  for (auto& [position, recording] : open_) {
    Status kept = keep_checkpoints(recording);
    if (!kept) return kept;
  }
  for (const ModelOutput& output : outputs_) {
    Status flushed = output.journal->flush();
    if (!flushed) return flushed;
  }
  return Done{};
}

std::int64_t RecordingsInProgress::held_back_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [position, recording] : open_) bytes += recording.held_back_bytes();
  return bytes;
}

RunLoad RecordingsInProgress::load() const {
  RunLoad load;
  load.held_back_bytes = held_back_bytes();
  load.recordings_probing = std::ssize(probing_);
  load.recordings_open = std::ssize(open_);
  for (const auto& [position, recording] : open_) {
    load.unreleased_segments += recording.unreleased_segments();
  }
  return load;
}

RunSnapshot RecordingsInProgress::snapshot() const {
  RunSnapshot snapshot = ended_;
  for (const auto& [position, recording] : open_) {
    const double share = recording.share_merged();
    snapshot.audio_us += part(share - recording.share_resumed(), recording.duration_us());
    snapshot.file_bytes += part(share, recording.admitted().file_bytes);
  }
  return snapshot;
}

}  // namespace rookery
