// A TorchScript model, ready to run: the edge to LibTorch's module.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>

#include "rookery/result.h"
#include "shm/model_store.h"

namespace torch::jit {
struct Module;
}

namespace rookery {

// What a model takes besides its input; undefined where its card does not say so.
struct ForwardExtras {
  at::Tensor lengths;  // [B] of int64: how much of each row is not padding
  at::Tensor state;    // what forward returned for the segment before, or initial_state()
};

struct ForwardResult {
  at::Tensor output;  // float and contiguous, whatever the model computes in
  at::Tensor state;   // of a model that was given one
};

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
  // tensor of numbers (with a state: no pair of them).
  Result<ForwardResult> forward(const at::Tensor& input, const ForwardExtras& extras = {}) const;
  // The state at a recording's start: the module's own initial_state(rows). Error stage "model".
  Result<at::Tensor> initial_state(std::int64_t rows) const;

  torch::jit::Module& module() const { return *module_; }

 private:
  explicit Model(std::unique_ptr<torch::jit::Module> module,
                 std::shared_ptr<const ModelStore> store = nullptr);

  std::shared_ptr<const ModelStore> store_;  // outlives the views of it in module_
  std::unique_ptr<torch::jit::Module> module_;
};

}  // namespace rookery
