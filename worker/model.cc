#include "worker/model.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "worker/torch_error.h"
#include "worker/weights_binding.h"

namespace rookery {
namespace {

namespace jit = torch::jit;

void prepare(jit::Module& module) {
  module.eval();
  for (const at::Tensor& parameter : module.parameters()) parameter.set_requires_grad(false);
}

Error output_is_no_tensor(const c10::IValue& output) {
  return {"forward", fmt::format("the model gives a {} instead of one tensor", output.tagKind()),
          "wrap it in a module whose forward returns the scores alone"};
}

}  // namespace

Model::Model(std::unique_ptr<jit::Module> module, std::shared_ptr<const ModelStore> store)
    : store_(std::move(store)), module_(std::move(module)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&& other) noexcept {
  module_ = std::move(other.module_);  // first: its tensors may lie in the store that goes below
  store_ = std::move(other.store_);
  return *this;
}
Model::~Model() = default;

Result<Model> Model::load(const std::string& file) {
  try {
    auto module = std::make_unique<jit::Module>(jit::load(file, at::kCPU));
    prepare(*module);
    return Model(std::move(module));
  } catch (const std::exception& exception) {
    return Error{"model",
                 fmt::format("{} is no TorchScript model: {}", file, torch_reason(exception)),
                 "save it with torch.jit.save(torch.jit.script(module), …)"};
  }
}

Result<Model> Model::bind(std::shared_ptr<const ModelStore> store) {
  Result<std::unique_ptr<jit::Module>> module = bind_weights(*store);
  if (!module) return module.error();
  prepare(**module);
  return Model(std::move(*module), std::move(store));
}

Result<at::Tensor> Model::forward(const at::Tensor& input) const {
  try {
    const c10::InferenceMode inference_mode;
    const c10::IValue output = module_->forward({input});
    if (!output.isTensor()) return output_is_no_tensor(output);
    return output.toTensor().to(at::kCPU, at::kFloat).contiguous();
  } catch (const std::exception& exception) {
    return Error{"forward", torch_reason(exception), ""};
  }
}

}  // namespace rookery
