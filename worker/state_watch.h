// Notices a model that changes itself in forward.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rookery/result.h"

namespace torch::jit {
struct Module;
}

namespace rookery {

// Remembers a module's tensors and plain values as they are, to compare them later. Such a model
// cannot be shared, and its output would depend on what it was given before.
class StateWatch {
 public:
  explicit StateWatch(const torch::jit::Module& module);
  ~StateWatch();

  // Error stage "model", naming the first tensor or value that was written or replaced.
  Status unchanged(const torch::jit::Module& module) const;

 private:
  struct State;
  static State state_of(const torch::jit::Module& module);

  std::unique_ptr<const State> before_;
};

}  // namespace rookery
