#include "worker/prepare/graph_nodes.h"

#include <torch/csrc/jit/ir/ir.h>

#include <algorithm>
#include <unordered_set>

namespace rookery {
namespace {

namespace jit = torch::jit;

void collect(jit::Block* block, std::vector<jit::Node*>& found) {
  for (jit::Node* node : block->nodes()) {
    found.push_back(node);
    for (jit::Block* inner : node->blocks()) collect(inner, found);
  }
}

// What a node's inputs come from. Inside a branch or loop, inputs of the node that owns it count.
std::vector<const jit::Node*> sources(const jit::Node& node) {
  std::vector<const jit::Node*> found;
  for (const jit::Value* input : node.inputs()) found.push_back(input->node());
  for (const jit::Block* block : node.blocks()) found.push_back(block->return_node());
  const bool begins_block = node.kind() == c10::prim::Param;
  const jit::Node* owner = begins_block ? node.owningBlock()->owningNode() : nullptr;
  if (owner != nullptr) {
    for (const jit::Value* input : owner->inputs()) found.push_back(input->node());
  }
  return found;
}

// What uses a node's outputs. What a block returns is used by whoever uses its owner.
std::vector<const jit::Node*> users(const jit::Node& node) {
  std::vector<const jit::Node*> found;
  for (const jit::Value* output : node.outputs()) {
    for (const jit::Use& use : output->uses()) found.push_back(use.user);
  }
  for (const jit::Block* block : node.blocks()) found.push_back(block->param_node());
  const jit::Node* owner =
      node.kind() == c10::prim::Return ? node.owningBlock()->owningNode() : nullptr;
  if (owner != nullptr) found.push_back(owner);
  return found;
}

using Neighbours = std::vector<const jit::Node*> (*)(const jit::Node&);

bool reaches(const jit::Node& start, Neighbours neighbours, const NodePredicate& wanted) {
  std::unordered_set<const jit::Node*> seen = {&start};
  std::vector<const jit::Node*> pending = {&start};
  while (!pending.empty()) {
    const jit::Node* node = pending.back();
    pending.pop_back();
    for (const jit::Node* next : neighbours(*node)) {
      if (!seen.insert(next).second) continue;
      if (wanted(*next)) return true;
      pending.push_back(next);
    }
  }
  return false;
}

}  // namespace

std::vector<jit::Node*> all_nodes(jit::Graph& graph) {
  std::vector<jit::Node*> found;
  collect(graph.block(), found);
  return found;
}

bool is_any_of(const jit::Node& node, std::initializer_list<std::string_view> operators) {
  const std::string_view name = node.kind().toQualString();
  return std::find(operators.begin(), operators.end(), name) != operators.end();
}

std::optional<at::Tensor> constant_tensor(const jit::Value& value) {
  const jit::Node* node = value.node();
  const bool found = node->kind() == c10::prim::Constant && node->hasAttribute(c10::attr::value) &&
                     node->kindOf(c10::attr::value) == jit::AttributeKind::t;
  if (!found) return std::nullopt;
  return node->t(c10::attr::value);
}

void replace_constant(jit::Value& value, const at::Tensor& tensor) {
  value.node()->t_(c10::attr::value, tensor);
  value.inferTypeFrom(tensor);
}

bool depends_on(const jit::Node& node, const NodePredicate& wanted) {
  return reaches(node, sources, wanted);
}

bool is_used_by(const jit::Node& node, const NodePredicate& wanted) {
  return reaches(node, users, wanted);
}

}  // namespace rookery
