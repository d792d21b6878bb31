// What some models take besides their input: lengths of rows, the state after the segment before.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/batch_row.h"
#include "worker/model.h"

namespace rookery {

class FrontEnd;

// [B] of int64: how much of each row's input comes from its recording.
at::Tensor lengths_of(std::span<const BatchRow> rows, const FrontEnd& front_end,
                      std::int64_t input_samples);

// The model's state before a task: its own first one, or what the task brings. Error stage
// "forward": a task's state of another size.
Result<at::Tensor> state_before(const ModelWork& work, const Model& model);
// As a task brings it.
std::vector<float> state_numbers(const at::Tensor& state);

// The model's output for an input of full rows at a recording's start, for trials.
Result<at::Tensor> forward_at_start(const Model& model, const FrontEnd& front_end,
                                    const ModelSettings& settings, const at::Tensor& input);

// Runs the model on from the state that it gives: an Error of stage "model" if a state has another
// shape than initial_state(), which no task that goes on could bring.
Status check_state_shape(const Model& model, const FrontEnd& front_end,
                         const ModelSettings& settings, const at::Tensor& input);

}  // namespace rookery
