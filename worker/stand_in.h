// Stand-ins: what takes a weight's place in the skeleton of a module.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "shm/model_layout.h"

namespace rookery {

// LibTorch's element type as the store numbers it; nullopt for those it does not hold (quantised,
// eight-bit floats).
std::optional<Dtype> store_dtype(at::ScalarType type);
at::ScalarType torch_dtype(Dtype dtype);

// True for tensors that the store can hold: dense, on the CPU, not empty.
bool is_storable(const at::Tensor& tensor);

// Constants of a graph carry no name, so their stand-ins carry a number as their value. That needs
// room for it, and is worth it only for constants of some size; the others stay in the skeleton.
inline constexpr std::int64_t kMinConstantBytes = 1024;
inline constexpr std::int64_t kMaxConstantIndex = 0x7000;  // as bits: a finite half and bfloat16
bool is_storable_constant(const at::Tensor& tensor);

// One element expanded with stride 0 to shape and type of `tensor`: saved, it takes a few bytes.
// The element's low bits are index + 1 where `index` is given. Each constant needs its own value,
// since equal constants become one when a module is loaded.
at::Tensor make_stand_in(const at::Tensor& tensor, std::optional<std::int64_t> index);

// The index in a constant's stand-in; nullopt if it is none.
std::optional<std::int64_t> stand_in_index(const at::Tensor& tensor);

}  // namespace rookery
