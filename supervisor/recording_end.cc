#include "supervisor/recording_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "rookery/detection.h"
#include "supervisor/inputs/inputs.h"
#include "supervisor/journal/journal_checks.h"

namespace rookery {
namespace {

// A damaged header may promise more frames than microseconds can be told of.
constexpr std::int64_t kMostFrames = std::int64_t{1} << 43;

RecordingFault gap_of(const RecordingProperties& properties) {
  const MissingPart& missing = *properties.missing;
  return {"probe", missing.reason, samples_to_us(missing.begin_frame, properties.sample_rate),
          samples_to_us(std::min(missing.end_frame, kMostFrames), properties.sample_rate)};
}

}  // namespace

RecordingFault fault_of(const Error& error) {
  return {error.stage, error.remedy.empty() ? error.reason : error.reason + "; " + error.remedy,
          std::nullopt, std::nullopt};
}

std::optional<RecordingFault> fault_of_scores(const std::vector<Detection>& rows) {
  const auto row =
      std::ranges::find_if_not(rows, [](const Detection& one) { return std::isfinite(one.score); });
  if (row == rows.end()) return std::nullopt;
  return RecordingFault{
      "forward",
      fmt::format("the score of label {} at {:.1f} s is {}, no finite number; the card's "
                  "activation may not be the model's",
                  row->label, static_cast<double>(row->start_us) / 1e6, row->score),
      std::nullopt, std::nullopt};
}

std::optional<RecordingFault> fault_of_changed_file(const AdmittedRecording& admitted) {
  const FileIdentity now = identify(admitted.recording.path);
  if (now == FileIdentity{}) return std::nullopt;
  if (now.size_bytes == admitted.file_bytes && now.mtime_ns == admitted.file_mtime_ns)
    return std::nullopt;
  return RecordingFault{"decode",
                        "the file was changed while it was read; the next run takes it anew",
                        std::nullopt, std::nullopt};
}

RecordingOutcome outcome_of(const OpenRecording& recording, std::int32_t model) {
  RecordingOutcome outcome;
  outcome.duration_us = recording.duration_us();
  outcome.origin_us = recording.properties().origin_us;
  outcome.faults = recording.gaps(model);
  if (recording.properties().missing) outcome.faults.push_back(gap_of(recording.properties()));
  leave_out_impossible_origin(outcome);
  outcome.state = outcome.faults.empty() ? RecordingState::kDone : RecordingState::kDoneWithGaps;
  return outcome;
}

}  // namespace rookery
