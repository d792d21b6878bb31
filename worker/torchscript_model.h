// A TorchScript model: the edge to LibTorch's module.
#pragma once

#include <memory>
#include <string>

#include "worker/model.h"
#include "worker/state_watch.h"

namespace torch::jit {
struct Module;
}

namespace rookery {

class TorchScriptModel : public Model {
 public:
  static Result<TorchScriptModel> load(const std::string& file);
  static Result<TorchScriptModel> bind(std::shared_ptr<const ModelStore> store);
  explicit TorchScriptModel(const torch::jit::Module& module);

  TorchScriptModel(TorchScriptModel&&) noexcept;
  ~TorchScriptModel() override;

  Result<ForwardResult> forward(const at::Tensor& input,
                                const ForwardExtras& extras) const override;
  Result<at::Tensor> initial_state(std::int64_t rows) const override;
  using Model::forward;
  void watch_state() override;
  Status state_unchanged() const override;
  Result<SealedMemory> publish(const std::string& digest) override;

  torch::jit::Module& module() const { return *module_; }

 private:
  TorchScriptModel(std::unique_ptr<torch::jit::Module> module,
                   std::shared_ptr<const ModelStore> store);

  std::shared_ptr<const ModelStore> store_;  // outlives the views of it in module_
  std::unique_ptr<torch::jit::Module> module_;
  std::unique_ptr<const StateWatch> watch_;
};

}  // namespace rookery
