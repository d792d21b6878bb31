#include "worker/prepare/channels_last.h"

#include <ATen/ATen.h>
#include <c10/core/MemoryFormat.h>
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

// With strides that say so: those of one input channel would pass for either format, and oneDNN
// would give a channels-first output, for the next layer to copy.
at::Tensor channels_last(const at::Tensor& weights) {
  return weights.contiguous(at::MemoryFormat::ChannelsLast)
      .as_strided(weights.sizes(), c10::get_channels_last_strides_2d(weights.sizes()));
}

}  // namespace

bool use_channels_last(jit::Graph& graph) {
  bool found = false;
  for (jit::Node* node : all_nodes(graph)) {
    if (!convolves_images(*node)) continue;
    found = true;
    replace_constant(*node->input(1), channels_last(*constant_tensor(*node->input(1))));
    if (depends_on(*node, convolves_images)) continue;
    const jit::WithInsertPoint here(node);
    const jit::NamedValue format("memory_format",
                                 static_cast<std::int64_t>(at::MemoryFormat::ChannelsLast));
    node->replaceInput(0, graph.insert(c10::aten::contiguous, {node->input(0)}, {format}));
  }
  return found;
}

}  // namespace rookery
