#include "worker/prepare/bfloat16.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/passes/common_subexpression_elimination.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>

#include <algorithm>
#include <unordered_set>

#include "worker/prepare/graph_nodes.h"

namespace rookery {
namespace {

namespace jit = torch::jit;

bool is_layer(const jit::Node& node) {
  return is_any_of(node, {"aten::conv1d", "aten::conv2d", "aten::conv3d", "aten::_convolution",
                          "aten::conv_transpose1d", "aten::conv_transpose2d", "aten::linear",
                          "aten::matmul", "aten::mm", "aten::bmm", "aten::addmm", "aten::baddbmm",
                          "aten::scaled_dot_product_attention"});
}

bool needs_float(const jit::Node& node) {
  return is_any_of(
      node, {"aten::sigmoid",    "aten::sigmoid_",   "aten::softmax",       "aten::log_softmax",
             "aten::layer_norm", "aten::group_norm", "aten::instance_norm", "aten::norm",
             "aten::exp",        "aten::log",        "aten::log10",         "aten::log2",
             "aten::log1p",      "aten::pow",        "aten::rsqrt",         "aten::logsumexp",
             "aten::cumsum",     "aten::stft",       "aten::lstm",          "aten::gru",
             "aten::rnn_tanh",   "aten::rnn_relu"});
}

bool is_logarithm(const jit::Node& node) {
  return is_any_of(node, {"aten::log", "aten::log_", "aten::log10", "aten::log10_", "aten::log2",
                          "aten::log2_", "aten::log1p", "aten::log1p_"});
}

bool ends_front_end(const jit::Node& node) {
  return is_logarithm(node) && is_used_by(node, is_layer);
}

bool can_be_bfloat16(const jit::Node& layer) {
  return is_used_by(layer, is_layer) && !is_used_by(layer, ends_front_end);
}

// Makes the node take its float tensors in this type: constants are converted here and now.
void take_as(jit::Node* node, at::ScalarType type) {
  const jit::WithInsertPoint here(node);
  jit::Graph& graph = *node->owningGraph();
  for (std::size_t i = 0; i < node->inputs().size(); ++i) {
    jit::Value* input = node->input(i);
    if (!input->type()->isSubtypeOf(*c10::TensorType::get())) continue;
    const auto constant = constant_tensor(*input);
    if (constant && !constant->is_floating_point()) continue;
    node->replaceInput(i, constant ? graph.insertConstant(constant->to(type))
                                   : graph.insert(c10::aten::to, {input, type}));
  }
}

void give_float(jit::Graph& graph) {
  const jit::WithInsertPoint here(graph.return_node());
  for (std::size_t i = 0; i < graph.outputs().size(); ++i) {
    jit::Value* output = graph.outputs()[i];
    if (!output->type()->isSubtypeOf(*c10::TensorType::get())) continue;
    graph.return_node()->replaceInput(i, graph.insert(c10::aten::to, {output, at::kFloat}));
  }
}

}  // namespace

bool use_bfloat16(const std::shared_ptr<jit::Graph>& graph) {
  const std::vector<jit::Node*> nodes = all_nodes(*graph);
  std::unordered_set<const jit::Node*> converted;
  for (const jit::Node* node : nodes) {
    if (is_layer(*node) && can_be_bfloat16(*node)) converted.insert(node);
  }
  if (converted.empty()) return false;
  for (jit::Node* node : nodes) {
    if (converted.contains(node)) {
      take_as(node, at::kBFloat16);
    } else if (is_layer(*node) || needs_float(*node)) {
      take_as(node, at::kFloat);
    }
  }
  give_float(*graph);
  // One conversion of a value serves all its users.
  jit::EliminateCommonSubexpression(graph);
  jit::EliminateDeadCode(graph);
  return true;
}

}  // namespace rookery
