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

// Errors have stage "forward" and name the segments.
class ModelRunner {
 public:
  struct Member {
    ModelSettings settings;
    HostedModel hosted;
  };

  // One model, or those of an ensemble: they have one geometry, output and label set.
  explicit ModelRunner(std::vector<Member> members);

  const SegmentGeometry& geometry() const { return members_.front().settings.geometry; }

  // Where a part of a task stands.
  struct Part {
    std::int64_t recording_samples = 0;  // at the model's rate
    at::Tensor state;                    // of a model that carries one, after the last batch
  };

  // Before the batches of a part. Error: a state that is not this model's.
  Result<Part> begin(const ModelWork& work, const RecordingProperties& properties) const;
  // `waveform`: [rows, input samples], a row for each segment of the batch. Appends to `scores`.
  Status run(const Batch& batch, const at::Tensor& waveform, StageMeter& meter, Part& part,
             ModelScores& scores) const;

 private:
  static Result<at::Tensor> member_scores(const Member& member, const Batch& batch,
                                          const at::Tensor& waveform, StageMeter& meter,
                                          Part& part);
  Result<at::Tensor> mean_scores(const Batch& batch, const at::Tensor& waveform, StageMeter& meter,
                                 Part& part) const;

  std::vector<Member> members_;
  Reducer reducer_;
};

}  // namespace rookery
