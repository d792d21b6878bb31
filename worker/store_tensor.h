// Tensors as the shared store takes them, and what it holds as tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "shm/model_store.h"

namespace rookery {

// Neither copies. Precondition: is_storable(tensor). The view is of `name` and `tensor`.
TensorView view_of(const std::string& name, const at::Tensor& tensor);

// A tensor in the store's memory, which must outlive it. Writing to it is a segmentation fault.
at::Tensor store_tensor(const TensorView& view);

}  // namespace rookery
