// The recordings that a run has taken up and not yet finished: from admission over probe and
// results to their end in the journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "rookery/result.h"
#include "rookery/task.h"
#include "supervisor/inputs/identified_inputs.h"
#include "supervisor/journal/journal.h"
#include "supervisor/open_recording.h"
#include "supervisor/run_observer.h"
#include "supervisor/trace/run_tracer.h"

namespace rookery {

// A model of the run, and where its results go.
struct ModelOutput {
  WorkShape shape;
  Journal* journal = nullptr;
  bool retry_failed = false;  // what failed in an earlier run is done again
};

// Every admitted recording ends exactly once in the journal of each model: done, done with gaps, or
// failed; a model that fails in one leaves the others alone. Errors returned are those of a journal
// (stage "journal"), or of two inputs with one key (stage "input").
class RecordingsInProgress {
 public:
  // Journals and observer outlive it.
  RecordingsInProgress(std::vector<ModelOutput> outputs, RunObserver& observer);

  // Takes up an input: the probe to send, or nullopt when there is nothing to do (finished earlier,
  // the same file once more, or an input that failed already).
  Result<std::optional<Probe>> admit(const IdentifiedInput& input);
  // By model: the rows of its batch where recordings are mixed (batch.mix), else 0.
  std::vector<std::int32_t> mixed_batch_rows() const;

  // The probe's answer: from now on the recording gives tasks.
  Status probed(std::int64_t position, const RecordingProperties& properties);
  // The next task of the first recording in input order that is wanted and has one.
  std::optional<Task> next_task(const TaskSize& size,
                                const std::function<bool(std::int64_t position)>& wanted);
  // The result of a task, in any order, and what of it was left out; those of a recording that has
  // ended are ignored.
  Status take_result(std::int64_t position, TaskResult result,
                     const std::vector<LeftOutSegment>& left_out = {});
  bool is_open(std::int64_t position) const { return open_.contains(position); }
  // Ends a recording as failed; ignored if it has ended.
  Status fail(std::int64_t position, const RecordingFault& fault);

  // Makes everything so far durable, with checkpoints of what is under way.
  Status flush();
  bool empty() const { return probing_.empty() && open_.empty(); }
  std::size_t probing() const { return probing_.size(); }
  // Memory of results that wait for those of an earlier segment.
  std::int64_t held_back_bytes() const;
  // Everything but workers_ready.
  RunSnapshot snapshot() const;
  // What of it is about recordings.
  RunLoad load() const;

 private:
  const ModelOutput& output(std::int32_t model) const;
  // What the journals know of it: whether each has work to do, and the outcome where none has.
  Result<AdmittedRecording> ask_journals(const Recording& recording, const FileIdentity& identity,
                                         RecordingState& known);
  // Where an earlier run left off, or anew where that is of no use.
  Result<OpenRecording> take_up(AdmittedRecording admitted, const RecordingProperties& properties);
  Status take_scores(OpenRecording& recording, ModelScores scores);
  Status finish_pass(OpenRecording& recording, const PassKey& key);
  Status fail_model(OpenRecording& recording, std::int32_t model, const RecordingFault& fault);
  Status keep_checkpoints(OpenRecording& recording);
  // Once all its passes have ended.
  void close(const OpenRecording& recording);
  Status end_as_failed(const AdmittedRecording& admitted, const RecordingFault& fault);

  std::vector<ModelOutput> outputs_;
  RunObserver& observer_;
  std::map<std::int64_t, AdmittedRecording> probing_;  // by position
  std::map<std::int64_t, OpenRecording> open_;
  RunSnapshot ended_;
};

}  // namespace rookery
