// Convolution or linear layer and the ReLU behind it as one call of oneDNN.
#pragma once

#include <memory>

namespace torch::jit {
struct Graph;
}

namespace rookery {

// In a frozen graph. Weights stay plain tensors, so that they can be shared; oneDNN's own packed
// layout could not be. False if there is nothing to fuse.
bool fuse_activations(std::shared_ptr<torch::jit::Graph>& graph);

}  // namespace rookery
