// Finds every tensor and plain value that a TorchScript module carries.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <string>
#include <vector>

namespace torch::jit {
struct Module;
struct Node;
}  // namespace torch::jit

namespace rookery {

// A tensor reached through attributes of the module and its submodules, lists, dicts and tuples
// among them; `name` is its path, e.g. "blocks.0.conv.weight" or "masks[2]".
struct AttributeTensor {
  std::string name;
  at::Tensor tensor;
};

// A number, a string or None among the attributes; named like a tensor.
struct AttributeValue {
  std::string name;
  c10::IValue value;
};

struct Attributes {
  std::vector<AttributeTensor> tensors;
  std::vector<AttributeValue> values;
};

// In the order of the module's slots; a tensor with two names comes twice.
Attributes attributes_of(const torch::jit::Module& module);

// Constants in the graphs of all functions of the module, where freezing puts weights. The nodes
// belong to the module.
std::vector<torch::jit::Node*> constant_nodes(const torch::jit::Module& module);

}  // namespace rookery
