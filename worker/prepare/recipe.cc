#include "worker/prepare/recipe.h"

#include <fmt/format.h>
#include <torch/csrc/jit/ir/ir.h>

#include <algorithm>

#include "worker/prepare/bfloat16.h"
#include "worker/prepare/channels_last.h"
#include "worker/prepare/fused_activations.h"
#include "worker/prepare/graph_nodes.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

namespace jit = torch::jit;

std::shared_ptr<jit::Graph> graph_of(const jit::Module& module) {
  return module.get_method("forward").graph();
}

constexpr const char* kInitialState = "initial_state";  // what else is called of a module

jit::Module frozen(const jit::Module& original, bool folds) {
  std::vector<std::string> kept;
  if (original.find_method(kInitialState)) kept.emplace_back(kInitialState);
  return jit::freeze(original, kept, folds);
}

// Freezing folds as it goes, so folding did something if a freeze without it leaves other nodes.
bool folding_changes(const jit::Module& original, jit::Graph& folded) {
  const jit::Module unfolded = frozen(original, /*folds=*/false);
  return all_nodes(*graph_of(unfolded)).size() != all_nodes(folded).size();
}

bool take(Step step, const jit::Module& original, std::shared_ptr<jit::Graph>& graph) {
  switch (step) {
    case Step::kFreeze:
      return true;
    case Step::kFoldBatchNorm:
      return folding_changes(original, *graph);
    case Step::kChannelsLast:
      return use_channels_last(*graph);
    case Step::kBfloat16:
      return use_bfloat16(graph);
    case Step::kFuseActivations:
      return fuse_activations(graph);
  }
  return false;
}

}  // namespace

bool contains(const Recipe& recipe, Step step) {
  return std::find(recipe.begin(), recipe.end(), step) != recipe.end();
}

std::string_view to_string(Step step) {
  switch (step) {
    case Step::kFreeze:
      return "freeze";
    case Step::kFoldBatchNorm:
      return "fold batch-norm";
    case Step::kChannelsLast:
      return "channels-last";
    case Step::kBfloat16:
      return "bfloat16";
    case Step::kFuseActivations:
      return "fuse activations";
  }
  return "";
}

Result<Followed> follow(const Recipe& recipe, const jit::Module& original) {
  try {
    Followed followed{frozen(original, contains(recipe, Step::kFoldBatchNorm))};
    std::shared_ptr<jit::Graph> graph = graph_of(followed.module);
    for (const Step step : recipe) followed.changed = take(step, original, graph);
    return followed;
  } catch (const std::exception& exception) {
    return Error{"model", torch_reason(exception), ""};
  }
}

}  // namespace rookery
