// One output of the run on one worker: front end, forward, activation, reduce. An ensemble's output
// is the mean of its models' activated scores.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/batch_input.h"
#include "worker/batch_row.h"
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
  std::int64_t batch_size() const { return members_.front().settings.batch_size; }

  // Where a part of a task stands.
  struct Part {
    std::int64_t recording_samples = 0;  // at the model's rate
    at::Tensor state;                    // of a model that carries one, after the last batch
  };

  // Before the batches of a part. Error: a state that is not this model's.
  Result<Part> begin(const ModelWork& work, const RecordingProperties& properties) const;

  // The batch with its front ends done, which any thread may do. What a front end throws is left
  // to run(), which knows whose fault it is.
  BatchInput with_features(const at::Tensor& waveform, StageMeter& meter) const;

  // Runs one batch. Appends to the scores of each row's part, or sets its failure and empties it;
  // one that has failed is left as it is. If a batch of several parts cannot be run, each part's
  // rows are run alone, so that only the one at fault fails.
  // `state`: before and after the batch, of a model that carries one.
  void run(std::span<const BatchRow> rows, const BatchInput& batch, StageMeter& meter,
           at::Tensor& state) const;

 private:
  Result<at::Tensor> member_scores(std::size_t member, std::span<const BatchRow> rows,
                                   const BatchInput& batch, StageMeter& meter,
                                   at::Tensor& state) const;
  Result<at::Tensor> mean_scores(std::span<const BatchRow> rows, const BatchInput& batch,
                                 StageMeter& meter, at::Tensor& state) const;
  void run_part_by_part(std::span<const BatchRow> rows, const at::Tensor& waveform,
                        StageMeter& meter, at::Tensor& state) const;
  void reduce(std::span<const BatchRow> rows, const at::Tensor& output) const;

  std::vector<Member> members_;
  Reducer reducer_;
};

// One for each output of the run: an ensemble's models have one, others one each. `models` in the
// order of the settings'.
std::vector<ModelRunner> runners_of(const WorkerSettings& settings,
                                    std::vector<HostedModel> models);

}  // namespace rookery
