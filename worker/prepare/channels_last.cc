#include "worker/prepare/channels_last.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/ir/ir.h>

#include "worker/prepare/graph_nodes.h"

namespace rookery {
namespace {

namespace jit = torch::jit;

constexpr std::int64_t kImageWeightDims = 4;

bool convolves_images(const jit::Node& node) {
  if (!is_any_of(node, {"aten::conv2d", "aten::_convolution"})) return false;
  const auto weights = constant_tensor(*node.input(1));
  return weights && weights->dim() == kImageWeightDims;
}

}  // namespace

bool use_channels_last(jit::Graph& graph) {
  bool found = false;
  for (jit::Node* node : all_nodes(graph)) {
    if (!convolves_images(*node)) continue;
    found = true;
    replace_constant(*node->input(1),
                     constant_tensor(*node->input(1))->contiguous(at::MemoryFormat::ChannelsLast));
    if (depends_on(*node, convolves_images)) continue;
    const jit::WithInsertPoint here(node);
    const jit::NamedValue format("memory_format",
                                 static_cast<std::int64_t>(at::MemoryFormat::ChannelsLast));
    node->replaceInput(0, graph.insert(c10::aten::contiguous, {node->input(0)}, {format}));
  }
  return found;
}

}  // namespace rookery
