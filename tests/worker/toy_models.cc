#include "tests/worker/toy_models.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include <limits>

namespace rookery::testing {

torch::jit::Module make_module(const std::vector<NamedTensor>& parameters,
                               const std::vector<NamedTensor>& buffers, const std::string& source) {
  torch::jit::Module module("Toy");
  for (const auto& [name, value] : parameters) module.register_parameter(name, value, false);
  for (const auto& [name, value] : buffers) module.register_buffer(name, value);
  module.define(source);
  return module;
}

at::Tensor toy_weights() {
  const at::Tensor positions = at::arange(kToySamples * kToyLabels, at::kFloat);
  return at::sin(positions * 0.37).reshape({kToySamples, kToyLabels}).contiguous();
}

torch::jit::Module toy_tagger() {
  return make_module({{"weights", toy_weights()}}, {},
                     "def forward(self, x):\n  return torch.matmul(x, self.weights)\n");
}

ModelSettings toy_model(const std::string& model_file) {
  ModelSettings settings;
  settings.file = model_file;
  settings.geometry.sample_rate = 8000;
  settings.geometry.window = kToySamples;
  settings.geometry.hop = kToySamples;
  settings.output = OutputType::kTags;
  settings.activation = Activation::kSigmoid;
  settings.floors.assign(kToyLabels, -std::numeric_limits<float>::infinity());
  settings.batch_size = 4;
  return settings;
}

WorkerSettings toy_settings(const std::string& model_file) {
  WorkerSettings settings;
  settings.models = {toy_model(model_file)};
  settings.channel = "mix";
  settings.resampler = "hq";
  return settings;
}

}  // namespace rookery::testing
