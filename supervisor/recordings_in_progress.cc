#include "supervisor/recordings_in_progress.h"

#include <utility>
#include <variant>

namespace rookery {
namespace {

RecordingFault fault_of(const Error& error) {
  return {error.stage, error.remedy.empty() ? error.reason : error.reason + "; " + error.remedy,
          std::nullopt, std::nullopt};
}

RecordingFault gap_of(const RecordingProperties& properties) {
  const MissingPart& missing = *properties.missing;
  return {"probe", missing.reason, samples_to_us(missing.begin_frame, properties.sample_rate),
          samples_to_us(missing.end_frame, properties.sample_rate)};
}

RecordingOutcome outcome_of(const OpenRecording& recording) {
  RecordingOutcome outcome;
  outcome.state = RecordingState::kDone;
  outcome.duration_us = recording.duration_us();
  if (recording.properties().missing) {
    outcome.state = RecordingState::kDoneWithGaps;
    outcome.faults.push_back(gap_of(recording.properties()));
  }
  return outcome;
}

}  // namespace

RecordingsInProgress::RecordingsInProgress(Journal& journal, RunObserver& observer, WorkShape shape)
    : journal_(journal), observer_(observer), shape_(std::move(shape)) {}

Result<std::optional<Probe>> RecordingsInProgress::admit(const InputItem& input) {
  const auto* fault = std::get_if<InputFault>(&input);
  const Recording& recording = fault != nullptr ? fault->place : std::get<Recording>(input);
  const FileIdentity identity = identify(recording.path);
  const auto entry = journal_.admit(recording, identity);
  if (!entry) return entry.error();
  const std::optional<Probe> nothing_to_do;
  if (!*entry) return nothing_to_do;
  const AdmittedRecording admitted{recording, (*entry)->id, identity.size_bytes};
  if (const RecordingState state = (*entry)->outcome.state; state != RecordingState::kPending) {
    ++ended_.skipped;
    ended_.file_bytes += admitted.file_bytes;
    if (state != RecordingState::kDone) ++ended_.with_faults;
    return nothing_to_do;
  }
  if (fault != nullptr) {
    const Status ended = end_as_failed(admitted, fault_of(fault->error));
    if (!ended) return ended.error();
    return nothing_to_do;
  }
  probing_.emplace(recording.position, admitted);
  return std::optional<Probe>(Probe{0, recording});
}

Status RecordingsInProgress::probed(std::int64_t position, const RecordingProperties& properties) {
  const auto probing = probing_.extract(position);
  if (probing.empty()) return Done{};
  const auto place = open_.try_emplace(position, probing.mapped(), properties, shape_).first;
  return place->second.complete() ? finish(place->second) : Status(Done{});
}

std::optional<Task> RecordingsInProgress::next_task(std::int64_t max_segments) {
  for (auto& [position, recording] : open_) {
    if (auto task = recording.next_task(max_segments)) return task;
  }
  return std::nullopt;
}

Status RecordingsInProgress::take_result(std::int64_t position, TaskResult result) {
  const auto place = open_.find(position);
  if (place == open_.end()) return Done{};
  OpenRecording& recording = place->second;
  const std::int64_t id = recording.admitted().journal_id;
  const FinalRows rows = recording.add(std::move(result));
  Status appended = journal_.append(id, rows.detections);
  if (appended && !rows.vectors.times.empty()) appended = journal_.append_vectors(id, rows.vectors);
  if (!appended || !recording.complete()) return appended;
  return finish(recording);
}

Status RecordingsInProgress::finish(OpenRecording& recording) {
  const AdmittedRecording admitted = recording.admitted();
  const RecordingOutcome outcome = outcome_of(recording);
  Status appended = journal_.append(admitted.journal_id, recording.finish());
  if (!appended) return appended;
  Status finished = journal_.finish(admitted.journal_id, outcome);
  if (!finished) return finished;
  ++ended_.done;
  ended_.audio_us += outcome.duration_us;
  ended_.file_bytes += admitted.file_bytes;
  if (!outcome.faults.empty()) {
    ++ended_.with_faults;
    observer_.recording_has_gap(admitted.recording, outcome.faults.front().reason);
  }
  open_.erase(admitted.recording.position);
  return Done{};
}

Status RecordingsInProgress::fail(std::int64_t position, const RecordingFault& fault) {
  if (const auto probing = probing_.extract(position))
    return end_as_failed(probing.mapped(), fault);
  if (const auto open = open_.extract(position)) {
    return end_as_failed(open.mapped().admitted(), fault);
  }
  return Done{};
}

Status RecordingsInProgress::end_as_failed(const AdmittedRecording& admitted,
                                           const RecordingFault& fault) {
  ++ended_.failed;
  ++ended_.with_faults;
  ended_.file_bytes += admitted.file_bytes;
  observer_.recording_failed(admitted.recording, fault.stage + ": " + fault.reason);
  return journal_.finish(admitted.journal_id, {RecordingState::kFailed, 0, {fault}});
}

std::int64_t RecordingsInProgress::held_back_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [position, recording] : open_) bytes += recording.held_back_bytes();
  return bytes;
}

RunSnapshot RecordingsInProgress::snapshot() const {
  const auto part = [](double share, std::int64_t whole) {
    return static_cast<std::int64_t>(share * static_cast<double>(whole));
  };
  RunSnapshot snapshot = ended_;
  for (const auto& [position, recording] : open_) {
    const double share = recording.share_merged();
    snapshot.audio_us += part(share, recording.duration_us());
    snapshot.file_bytes += part(share, recording.admitted().file_bytes);
  }
  return snapshot;
}

}  // namespace rookery
