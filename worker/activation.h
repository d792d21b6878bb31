// From a model's output to scores.
#pragma once

#include <ATen/core/Tensor.h>

#include "rookery/model_card.h"

namespace rookery {

// Softmax runs over the last axis.
at::Tensor activate(const at::Tensor& output, Activation activation);

}  // namespace rookery
