#include "worker/prepare/fused_activations.h"

#include <fmt/format.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/ir/subgraph_matcher.h>
#include <torch/csrc/jit/passes/graph_rewrite_helper.h>
#include <torch/csrc/jit/passes/subgraph_rewrite.h>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "worker/prepare/graph_nodes.h"

namespace rookery {
namespace {

namespace jit = torch::jit;

constexpr const char* kConvolution = R"(
graph(%x, %weight, %bias, %stride, %padding, %dilation, %groups):
  %sum = aten::conv2d(%x, %weight, %bias, %stride, %padding, %dilation, %groups)
  %out = aten::{}(%sum)
  return (%out))";
constexpr const char* kFusedConvolution = R"(
graph(%x, %weight, %bias, %stride, %padding, %dilation, %groups):
  %activation : str = prim::Constant[value="relu"]()
  %scalars : Scalar?[] = prim::ListConstruct()
  %algorithm : str = prim::Constant[value=""]()
  %out = mkldnn::_convolution_pointwise(%x, %weight, %bias, %padding, %stride, %dilation, %groups, %activation, %scalars, %algorithm)
  return (%out))";
constexpr const char* kLinear = R"(
graph(%x, %weight, %bias):
  %sum = aten::linear(%x, %weight, %bias)
  %out = aten::{}(%sum)
  return (%out))";
constexpr const char* kFusedLinear = R"(
graph(%x, %weight, %bias):
  %activation : str = prim::Constant[value="relu"]()
  %scalars : Scalar?[] = prim::ListConstruct()
  %algorithm : str = prim::Constant[value=""]()
  %out = mkldnn::_linear_pointwise(%x, %weight, %bias, %activation, %scalars, %algorithm)
  return (%out))";

// The fused operators take constant weights and padding in numbers ("same" is a word).
bool can_be_fused(const jit::Match& match,
                  const std::unordered_map<std::string, jit::Value*>& pattern) {
  const jit::Value* weight = match.values_map.at(pattern.at("weight"));
  const auto padding = pattern.find("padding");
  return constant_tensor(*weight) &&
         (padding == pattern.end() ||
          match.values_map.at(padding->second)->type()->kind() == c10::TypeKind::ListType);
}

std::size_t count_fused(jit::Graph& graph) {
  const std::vector<jit::Node*> nodes = all_nodes(graph);
  return static_cast<std::size_t>(
      std::count_if(nodes.begin(), nodes.end(), [](const jit::Node* node) {
        return is_any_of(*node, {"mkldnn::_convolution_pointwise", "mkldnn::_linear_pointwise"});
      }));
}

}  // namespace

bool fuse_activations(std::shared_ptr<jit::Graph>& graph) {
  const std::size_t before = count_fused(*graph);
  jit::graph_rewrite_helper::replaceConvolutionWithAtenConv(graph);
  jit::SubgraphRewriter rewriter;
  for (const char* relu : {"relu", "relu_"}) {
    rewriter.RegisterRewritePattern(fmt::format(fmt::runtime(kConvolution), relu),
                                    kFusedConvolution);
    rewriter.RegisterRewritePattern(fmt::format(fmt::runtime(kLinear), relu), kFusedLinear);
  }
  rewriter.runOnGraph(graph, can_be_fused);
  return count_fused(*graph) > before;
}

}  // namespace rookery
