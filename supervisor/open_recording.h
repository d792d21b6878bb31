// A recording that a run has taken up, with the passes of its models that are not through with it:
// one a model, or one for each channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/recording.h"
#include "rookery/task.h"
#include "supervisor/left_out_segment.h"
#include "supervisor/model_pass.h"
#include "supervisor/work_shape.h"

namespace rookery {

struct AdmittedRecording {
  Recording recording;
  std::map<std::int32_t, std::int64_t> journal_ids;  // by model, of those that have work to do
  std::int64_t file_bytes = 0;
  bool had_fault = false;  // of a model that was through with it in an earlier run
  // By model and channel, where an earlier run left off, as the journals keep it.
  std::map<std::int32_t, std::map<std::int32_t, std::string>> checkpoints = {};
  std::int64_t file_mtime_ns = 0;
};

class OpenRecording {
 public:
  // `shapes`: of all models of the run; they outlive it.
  OpenRecording(AdmittedRecording admitted, RecordingProperties properties,
                const std::vector<const WorkShape*>& shapes);

  // Goes on where an earlier run left off, for each model that has checkpoints. Returns those whose
  // checkpoints cannot be of this recording: it must be made anew without them.
  std::vector<std::int32_t> resume();

  const AdmittedRecording& admitted() const { return admitted_; }
  const RecordingProperties& properties() const { return properties_; }
  std::int64_t duration_us() const;

  // The next task: as much as `size` says of the model that is furthest behind, the first of
  // several, and what the others have in the same stretch, so that it is decoded once; with
  // batch.mix the rests of all at last. nullopt when everything is planned or a model waits for
  // results.
  std::optional<Task> next_task(const TaskSize& size);

  // The passes that have not ended.
  std::vector<PassKey> passes() const;
  // Null once it has ended.
  ModelPass* pass(const PassKey& key);
  void end_pass(const PassKey& key) { passes_.erase(key); }
  // Notes a gap; that of a pass which has ended is ignored.
  void leave_out(const LeftOutSegment& left_out);
  bool has_gaps() const { return !gaps_.empty(); }
  // Those of a model's passes, by channel and segment.
  std::vector<RecordingFault> gaps(std::int32_t model) const;
  // Ends those of a model.
  void fail_model(std::int32_t model);
  bool has_passes_of(std::int32_t model) const;
  bool ended() const { return passes_.empty(); }
  bool any_failed() const { return any_failed_; }

  // Of a pass that has ended, where others of its model have not.
  PassCheckpoint ended_checkpoint(const PassKey& key) const;
  // Checkpoints of the passes that got on since the last call.
  std::vector<std::pair<PassKey, PassCheckpoint>> take_checkpoints();

  std::int64_t held_back_bytes() const;
  std::int64_t unreleased_segments() const;
  // How much of it has been merged, from 0 to 1, over all models; of this by earlier runs.
  double share_merged() const;
  double share_resumed() const { return share_resumed_; }

 private:
  bool resume_pass(const PassKey& key, const std::string& bytes);
  std::vector<SegmentGap> gaps_before(const PassKey& key, std::int64_t segment) const;
  Task rest_of(const std::vector<ModelPass*>& passes) const;

  AdmittedRecording admitted_;
  RecordingProperties properties_;
  std::map<PassKey, ModelPass> passes_;
  std::map<PassKey, std::map<std::int64_t, RecordingFault>> gaps_;  // by segment
  std::map<PassKey, std::int64_t> checkpointed_;  // segments that the last checkpoint covered
  std::size_t pass_count_ = 0;                    // at the beginning
  double share_resumed_ = 0;
  bool any_failed_ = false;
};

}  // namespace rookery
