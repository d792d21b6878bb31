// What is done to a TorchScript module to make it faster, step by step.
#pragma once

#include <torch/csrc/jit/api/module.h>

#include <string_view>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// In the order in which they are done. All others need kFreeze.
enum class Step { kFreeze, kFoldBatchNorm, kChannelsLast, kBfloat16, kFuseActivations };

std::string_view to_string(Step step);

using Recipe = std::vector<Step>;

bool contains(const Recipe& recipe, Step step);

struct Followed {
  torch::jit::Module module;
  bool changed = false;  // by the recipe's last step: false if it found nothing to do
};

// A new module made from `original`, which stays as it is and must outlive it: they share code.
// Error stage "model": what LibTorch threw.
Result<Followed> follow(const Recipe& recipe, const torch::jit::Module& original);

}  // namespace rookery
