// Convolutions over images in the memory format that oneDNN computes fastest in.
#pragma once

namespace torch::jit {
struct Graph;
}

namespace rookery {

// In a frozen graph: the weights of two-dimensional convolutions are stored channels-last, and what
// the first convolutions take is turned into it; everything between them then keeps the format.
// False if there is no such convolution.
bool use_channels_last(torch::jit::Graph& graph);

}  // namespace rookery
