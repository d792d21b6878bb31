// Rows of several recordings on their way into common batches of one model (batch.mix).
#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "worker/batch_row.h"
#include "worker/model_runner.h"
#include "worker/stage_meter.h"

namespace rookery {

// Holds less than a batch. What rows point to outlives them.
class RowPool {
 public:
  // The runner, of a model without state, outlives the pool.
  explicit RowPool(const ModelRunner& runner) : runner_(&runner) {}

  // Takes rows with their waveform, [rows, input samples], and runs each batch that becomes full.
  void add(std::span<const BatchRow> rows, const at::Tensor& waveform, StageMeter& meter);
  // Runs what is left.
  void flush(StageMeter& meter);

 private:
  const ModelRunner* runner_;
  std::vector<BatchRow> rows_;
  at::Tensor waveform_;  // [batch size, input samples], as far as there are rows
};

}  // namespace rookery
