// Small TorchScript models, made here so that each test says what its model is.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "ipc/protocol.h"

namespace torch::jit {
struct Module;
}

namespace rookery::testing {

// A module with these tensors and one method, "def forward(self, x): …" in TorchScript.
struct NamedTensor {
  std::string name;
  at::Tensor value;
};
torch::jit::Module make_module(const std::vector<NamedTensor>& parameters,
                               const std::vector<NamedTensor>& buffers, const std::string& source);

// Tags for windows of 0.1 s at 8 kHz: [B, 800] × [800, labels]. Weights as in toy_weights().
inline constexpr std::int64_t kToySamples = 800;
inline constexpr std::int64_t kToyLabels = 3;
at::Tensor toy_weights();
torch::jit::Module toy_tagger();
// What a worker is told of it: batches of 4, every score sent.
ModelSettings toy_model(const std::string& model_file);
// Of it alone; no sockets.
WorkerSettings toy_settings(const std::string& model_file);

}  // namespace rookery::testing
