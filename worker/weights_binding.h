// Joins TorchScript modules and the shared store: the one copy of the weights.
#pragma once

#include <memory>
#include <string>

#include "rookery/result.h"
#include "shm/model_store.h"

namespace torch::jit {
struct Module;
}

namespace rookery {

// Copies the module's tensors (parameters, buffers, constants of frozen graphs) and the module
// without them, its skeleton, into a sealed store. Consumes the module: its tensors are stand-ins
// afterwards. What the store cannot hold stays in the skeleton. Error stage "model".
Result<SealedMemory> publish_weights(torch::jit::Module& module, const std::string& digest);

// A module from the store's skeleton whose tensors are read-only views of the store, which must
// outlive it. Writing to one of them is a segmentation fault. Not yet run. Error stage "model".
Result<std::unique_ptr<torch::jit::Module>> bind_weights(const ModelStore& store);

}  // namespace rookery
