// One worker's work on one task: decode, resample, front end, forward, reduce.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/audio_reader.h"
#include "worker/model.h"
#include "worker/reducer.h"
#include "worker/sample_source.h"
#include "worker/stage_meter.h"

namespace rookery {

class FrontEnd;

// Not thread-safe: one for each worker. Keeps the recording of its last task open for the next.
class TaskRunner {
 public:
  // Error stage "config": a channel or resampler that does not exist.
  static Result<TaskRunner> create(const WorkerSettings& settings,
                                   std::shared_ptr<const FrontEnd> front_end,
                                   std::shared_ptr<const Model> model, StageMeter meter);

  TaskRunner(TaskRunner&&) noexcept;
  ~TaskRunner();

  // Errors: the recording's, stage "open", "probe", "decode", "resample"; the model's, stage
  // "forward", with the range of segments.
  Result<TaskResult> run(const Task& task);
  Result<ProbeDone> probe(const Probe& probe);
  // For the beacon: the answer is being sent, has been sent.
  void note_send();
  void note_idle();

 private:
  struct OpenRecording;
  struct Parts;
  explicit TaskRunner(std::unique_ptr<Parts> parts);

  Result<SampleSource*> source_for(const Task& task);
  Status begin(const Task& task);
  Result<at::Tensor> waveform(SampleSource& source, const Batch& batch);
  Result<at::Tensor> scores(const at::Tensor& waveform, const Batch& batch);
  Status run_batch(SampleSource& source, const Batch& batch, TaskResult& result);

  std::unique_ptr<Parts> parts_;
};

}  // namespace rookery
