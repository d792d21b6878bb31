// Joins compiled packages and the shared store: the one copy of the weights.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <unordered_map>

#include "rookery/result.h"
#include "shm/model_store.h"

namespace torch::inductor {
class AOTIModelPackageLoader;
}

namespace rookery {

// Copies a loaded package's constants, those in oneDNN's own layout among them, into a sealed
// store. Error stage "model".
Result<SealedMemory> publish_constants(torch::inductor::AOTIModelPackageLoader& loader,
                                       const std::string& digest);

// Views of the store by the constants' names. The loader keeps pointers to the tensors themselves:
// moving the map is fine, copying it is not.
using BoundConstants = std::unordered_map<std::string, at::Tensor>;

// Lets the package use the store's constants and frees those that it loaded itself. What it returns
// must outlive the loader. Error stage "model".
Result<BoundConstants> bind_constants(torch::inductor::AOTIModelPackageLoader& loader,
                                      const ModelStore& store);

}  // namespace rookery
