// A model that is loaded and can be run, whatever file it came from.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "shm/model_store.h"

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

// forward() may be called from several threads at once.
class Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;

  // Runs without gradients. Error stage "forward": what the model threw, or an output that is no
  // tensor of numbers (with a state: no pair of them).
  virtual Result<ForwardResult> forward(const at::Tensor& input,
                                        const ForwardExtras& extras) const = 0;
  Result<ForwardResult> forward(const at::Tensor& input) const { return forward(input, {}); }
  // The state at a recording's start: the module's own initial_state(rows). Error stage "model".
  virtual Result<at::Tensor> initial_state(std::int64_t rows) const = 0;

  // Remembers what the model holds; an Error of stage "model" once forward() has changed it.
  virtual void watch_state() {}
  virtual Status state_unchanged() const { return Done{}; }

  // Puts the weights into a sealed store, for bind_model(). The model is of no use afterwards.
  // Error stage "model".
  virtual Result<SealedMemory> publish(const std::string& digest) = 0;
};

// A file that ends in .pt2 is a compiled package, everything else is TorchScript. `callers`:
// threads that are to call forward() at once without waiting for each other. Error stage "model".
Result<std::unique_ptr<Model>> load_model(const ModelSettings& settings, std::size_t callers = 1);
// With the weights in the store, which the model keeps.
Result<std::unique_ptr<Model>> bind_model(const ModelSettings& settings, std::size_t callers,
                                          std::shared_ptr<const ModelStore> store);
// As many as workers that share a process.
std::size_t callers_in(EngineKind engine);

}  // namespace rookery
