// What some models take besides their input: lengths of rows, the state after the segment before.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/model.h"

namespace rookery {

class FrontEnd;

// [B] of int64: how much of each row of the batch's input comes from a recording of so many
// samples.
at::Tensor lengths_of(const Batch& batch, const FrontEnd& front_end, std::int64_t input_samples,
                      std::int64_t recording_samples);

// The model's state before a task: its own first one, or what the task brings. Error stage
// "forward": a task's state of another size.
Result<at::Tensor> state_before(const ModelWork& work, const Model& model);
// As a task brings it.
std::vector<float> state_numbers(const at::Tensor& state);

// The model's output for an input of full rows at a recording's start, for trials.
Result<at::Tensor> forward_at_start(const Model& model, const FrontEnd& front_end,
                                    const ModelSettings& settings, const at::Tensor& input);

}  // namespace rookery
