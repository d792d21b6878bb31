// The recordings that a run has taken up and not yet finished: from admission over probe and
// results to their end in the journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "rookery/result.h"
#include "rookery/task.h"
#include "supervisor/inputs/inputs.h"
#include "supervisor/journal/journal.h"
#include "supervisor/open_recording.h"
#include "supervisor/run_observer.h"

namespace rookery {

// Every admitted recording ends exactly once in the journal: done, done with gaps, or failed.
// Errors returned are those of the journal (stage "journal"), or of two inputs with one key (stage
// "input").
class RecordingsInProgress {
 public:
  // Journal and observer outlive it.
  RecordingsInProgress(Journal& journal, RunObserver& observer, WorkShape shape);

  // Takes up an input: the probe to send, or nullopt when there is nothing to do (finished earlier,
  // the same file once more, or an input that failed already).
  Result<std::optional<Probe>> admit(const InputItem& input);
  // The probe's answer: from now on the recording gives tasks.
  Status probed(std::int64_t position, const RecordingProperties& properties);
  // The next task in input order of at most `max_segments` segments (but a whole batch).
  std::optional<Task> next_task(std::int64_t max_segments);
  // The result of a task, in any order; those of a recording that has ended are ignored.
  Status take_result(std::int64_t position, TaskResult result);
  // Ends a recording as failed; ignored if it has ended.
  Status fail(std::int64_t position, const RecordingFault& fault);

  bool empty() const { return probing_.empty() && open_.empty(); }
  std::size_t probing() const { return probing_.size(); }
  // Memory of results that wait for those of an earlier segment.
  std::int64_t held_back_bytes() const;
  // Everything but workers_ready.
  RunSnapshot snapshot() const;

 private:
  Status finish(OpenRecording& recording);
  Status end_as_failed(const AdmittedRecording& admitted, const RecordingFault& fault);

  Journal& journal_;
  RunObserver& observer_;
  WorkShape shape_;
  std::map<std::int64_t, AdmittedRecording> probing_;  // by position
  std::map<std::int64_t, OpenRecording> open_;
  RunSnapshot ended_;
};

}  // namespace rookery
