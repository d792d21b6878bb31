// A TorchScript model, ready to run: the edge to LibTorch's module.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "rookery/result.h"
#include "shm/model_store.h"

namespace torch::jit {
struct Module;
}

namespace rookery {

// Movable. forward() may be called from several threads at once.
class Model {
 public:
  // With a copy of the weights of its own. Error stage "model".
  static Result<Model> load(const std::string& file);
  // With the weights in the store, which it keeps. Error stage "model".
  static Result<Model> bind(std::shared_ptr<const ModelStore> store);

  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  // Runs without gradients. Error stage "forward": what the model threw, or an output that is no
  // tensor of numbers. The output is float and contiguous, whatever the model computes in.
  Result<at::Tensor> forward(const at::Tensor& input) const;

  torch::jit::Module& module() const { return *module_; }

 private:
  explicit Model(std::unique_ptr<torch::jit::Module> module,
                 std::shared_ptr<const ModelStore> store = nullptr);

  std::shared_ptr<const ModelStore> store_;  // outlives the views of it in module_
  std::unique_ptr<torch::jit::Module> module_;
};

}  // namespace rookery
