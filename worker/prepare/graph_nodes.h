// What the steps of preparing ask of a TorchScript graph.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace torch::jit {
struct Graph;
struct Node;
struct Value;
}  // namespace torch::jit

namespace rookery {

// All nodes, those of inner blocks (branches, loops) included, in the order they stand.
std::vector<torch::jit::Node*> all_nodes(torch::jit::Graph& graph);

// Whether the node calls one of these operators, named like "aten::conv2d".
bool is_any_of(const torch::jit::Node& node, std::initializer_list<std::string_view> operators);

// A value's tensor if it is a constant; nullopt otherwise.
std::optional<at::Tensor> constant_tensor(const torch::jit::Value& value);

// Puts another tensor in the place of a constant that constant_tensor() found.
void replace_constant(torch::jit::Value& value, const at::Tensor& tensor);

using NodePredicate = std::function<bool(const torch::jit::Node&)>;

// Whether what `node` computes depends on a node that `wanted` accepts, or is used by one; the node
// itself does not count. Each call visits a node once.
bool depends_on(const torch::jit::Node& node, const NodePredicate& wanted);
bool is_used_by(const torch::jit::Node& node, const NodePredicate& wanted);

}  // namespace rookery
