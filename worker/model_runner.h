// One output of the run on one worker: front end, forward, activation, reduce. An ensemble's output
// is the mean of its models' activated scores.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/hosted_model.h"
#include "worker/reducer.h"
#include "worker/stage_meter.h"

namespace rookery {

// Not thread-safe: one for each worker. Errors have stage "forward" and name the segments.
class ModelRunner {
 public:
  struct Member {
    ModelSettings settings;
    HostedModel hosted;
  };

  // One model, or those of an ensemble: they have one geometry, output and label set.
  explicit ModelRunner(std::vector<Member> members);

  const SegmentGeometry& geometry() const { return members_.front().settings.geometry; }

  // Before the batches of a part. Error: a state that is not this model's.
  Status begin(const ModelWork& work, const RecordingProperties& properties);
  // `waveform`: [rows, input samples], a row for each segment of the batch. Appends to `scores`.
  Status run(const Batch& batch, const at::Tensor& waveform, StageMeter& meter,
             ModelScores& scores);
  // After the last batch: the state that the next part needs.
  std::vector<float> end() const;

 private:
  at::Tensor member_scores(const Member& member, const Batch& batch, const at::Tensor& waveform,
                           StageMeter& meter);
  Result<at::Tensor> mean_scores(const Batch& batch, const at::Tensor& waveform, StageMeter& meter);

  std::vector<Member> members_;
  Reducer reducer_;
  std::int64_t recording_samples_ = 0;  // at the model's rate
  at::Tensor state_;                    // of a model that carries one
};

}  // namespace rookery
