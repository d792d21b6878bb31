#include "worker/torchscript_model.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <utility>
#include <vector>

#include "worker/torch_error.h"
#include "worker/torch_failure.h"
#include "worker/weights_binding.h"

namespace rookery {
namespace {

namespace jit = torch::jit;

void prepare(jit::Module& module) {
  module.eval();
  for (const at::Tensor& parameter : module.parameters()) parameter.set_requires_grad(false);
}

at::Tensor as_scores(const c10::IValue& value) {
  return value.toTensor().to(at::kCPU, at::kFloat).contiguous();
}

Result<ForwardResult> one_tensor(const c10::IValue& value) {
  if (value.isTensor()) return ForwardResult{as_scores(value), {}};
  return Error{"forward",
               fmt::format("the model gives a {} instead of one tensor", value.tagKind()),
               "wrap it in a module whose forward returns the scores alone"};
}

Result<ForwardResult> output_and_state(const c10::IValue& value) {
  if (value.isTuple()) {
    const auto& parts = value.toTupleRef().elements();
    if (parts.size() == 2 && parts[0].isTensor() && parts[1].isTensor()) {
      return ForwardResult{as_scores(parts[0]), as_scores(parts[1])};
    }
  }
  return Error{"forward",
               fmt::format("the model gives a {} instead of output and state", value.tagKind()),
               "a card with state: carry takes a forward(x, state) that returns (output, state)"};
}

}  // namespace

TorchScriptModel::TorchScriptModel(std::unique_ptr<jit::Module> module,
                                   std::shared_ptr<const ModelStore> store)
    : store_(std::move(store)), module_(std::move(module)) {
  prepare(*module_);
}
TorchScriptModel::TorchScriptModel(const jit::Module& module)
    : TorchScriptModel(std::make_unique<jit::Module>(module), nullptr) {}
TorchScriptModel::TorchScriptModel(TorchScriptModel&& other) noexcept
    : store_(std::move(other.store_)),
      module_(std::move(other.module_)),
      watch_(std::move(other.watch_)) {}
TorchScriptModel::~TorchScriptModel() = default;

Result<TorchScriptModel> TorchScriptModel::load(const std::string& file) {
  try {
    return TorchScriptModel(jit::load(file, at::kCPU));
  } catch (const std::exception& exception) {
    return Error{"model",
                 fmt::format("{} is no TorchScript model: {}", file, torch_reason(exception)),
                 "save it with torch.jit.save(torch.jit.script(module), …)"};
  }
}

Result<TorchScriptModel> TorchScriptModel::bind(std::shared_ptr<const ModelStore> store) {
  Result<std::unique_ptr<jit::Module>> module = bind_weights(*store);
  if (!module) return module.error();
  return TorchScriptModel(std::move(*module), std::move(store));
}

Result<ForwardResult> TorchScriptModel::forward(const at::Tensor& input,
                                                const ForwardExtras& extras) const {
  try {
    const c10::InferenceMode inference_mode;
    std::vector<c10::IValue> arguments = {input};
    if (extras.lengths.defined()) arguments.emplace_back(extras.lengths);
    if (extras.state.defined()) arguments.emplace_back(extras.state);
    const c10::IValue value = module_->forward(std::move(arguments));
    return extras.state.defined() ? output_and_state(value) : one_tensor(value);
  } catch (const std::exception& exception) {
    return torch_failure("forward", exception);
  }
}

Result<at::Tensor> TorchScriptModel::initial_state(std::int64_t rows) const {
  const char* remedy = "a card with state: carry takes a module with initial_state(rows: int)";
  const auto method = module_->find_method("initial_state");
  if (!method) return Error{"model", "the model has no method initial_state", remedy};
  try {
    const c10::InferenceMode inference_mode;
    const c10::IValue state = (*method)({rows});
    if (state.isTensor()) return as_scores(state);
    return Error{"model", fmt::format("initial_state gives a {}", state.tagKind()), remedy};
  } catch (const std::exception& exception) {
    return Error{"model", "initial_state: " + torch_reason(exception), remedy};
  }
}

void TorchScriptModel::watch_state() { watch_ = std::make_unique<const StateWatch>(*module_); }

Status TorchScriptModel::state_unchanged() const {
  return watch_ == nullptr ? Done{} : watch_->unchanged(*module_);
}

Result<SealedMemory> TorchScriptModel::publish(const std::string& digest) {
  watch_.reset();
  return publish_weights(*module_, digest);
}

}  // namespace rookery
