// Matrix products in bfloat16, everything that needs the digits in float.
#pragma once

#include <memory>

namespace torch::jit {
struct Graph;
}

namespace rookery {

// In a frozen graph: weights of convolutions, linear layers and matrix products become bfloat16,
// and so does what they take and give. These stay float: what leads to a logarithm before such a
// layer (a front end of the model's own), the last layers, whose output is the model's but for
// activations, softmax, sigmoid, norms and recurrent layers. False if no layer is left to convert.
bool use_bfloat16(const std::shared_ptr<torch::jit::Graph>& graph);

}  // namespace rookery
