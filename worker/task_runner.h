// One worker's work on one task: decode, resample, front end, forward, reduce.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/hosted_model.h"
#include "worker/stage_meter.h"

namespace rookery {

class SampleSource;

// Not thread-safe: one for each worker. Keeps the recording of its last task open for the next.
// Models of one sample rate share what is decoded and resampled.
class TaskRunner {
 public:
  // `models` in the order of the settings'. Error stage "config": a channel or resampler that does
  // not exist.
  static Result<TaskRunner> create(const WorkerSettings& settings, std::vector<HostedModel> models,
                                   StageMeter meter);

  TaskRunner(TaskRunner&&) noexcept;
  ~TaskRunner();

  // Errors: the recording's, stage "open", "probe", "decode", "resample". A model's own (stage
  // "forward", with the range of segments) stands in its part of the result.
  Result<TaskResult> run(const Task& task);
  Result<ProbeDone> probe(const Probe& probe);
  // For the beacon: the answer is being sent, has been sent.
  void note_send();
  void note_idle();

 private:
  struct Heard;
  struct OpenRecording;
  struct Parts;
  explicit TaskRunner(std::unique_ptr<Parts> parts);

  void begin(const Task& task, TaskResult& result);
  Status run_batch(const Task& task, std::size_t part, const Batch& batch, ModelScores& scores);
  Result<SampleSource*> source_for(const Task& task, const Heard& heard);
  Result<at::Tensor> waveform(SampleSource& source, const Batch& batch, std::int64_t samples);

  std::unique_ptr<Parts> parts_;
};

}  // namespace rookery
