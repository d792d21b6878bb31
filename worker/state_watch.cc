#include "worker/state_watch.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>

#include <vector>

#include "worker/module_tensors.h"

namespace rookery {
namespace {

namespace jit = torch::jit;

// Version counters tell of every write but those through `.data`; small tensors, where counters and
// histories are kept, are compared by contents too.
constexpr std::int64_t kComparedBytes = 1 << 20;

struct WatchedTensor {
  std::string name;
  at::Tensor tensor;
  std::int64_t version = 0;
  at::Tensor copy;  // undefined for large tensors
};

WatchedTensor watched(std::string name, const at::Tensor& tensor) {
  const bool small =
      tensor.layout() == at::kStrided && tensor.numel() * tensor.element_size() <= kComparedBytes;
  const std::int64_t version = tensor.is_inference() ? 0 : tensor._version();
  return {std::move(name), tensor, version, small ? tensor.detach().clone() : at::Tensor()};
}

std::vector<WatchedTensor> watched_tensors(const jit::Module& module,
                                           const Attributes& attributes) {
  std::vector<WatchedTensor> found;
  for (const AttributeTensor& attribute : attributes.tensors) {
    found.push_back(watched(attribute.name, attribute.tensor));
  }
  std::size_t constant = 0;
  for (const jit::Node* node : constant_nodes(module)) {
    found.push_back(watched(fmt::format("constant {}", constant++), node->t(c10::attr::value)));
  }
  return found;
}

bool same_contents(const WatchedTensor& before, const WatchedTensor& now) {
  return !before.copy.defined() ||
         at::allclose(before.copy, now.tensor.detach(), 0.0, 0.0, /*equal_nan=*/true);
}

bool same(const WatchedTensor& before, const WatchedTensor& now) {
  return before.name == now.name && before.tensor.is_same(now.tensor) &&
         before.version == now.version && same_contents(before, now);
}

bool same(const AttributeValue& before, const AttributeValue& now) {
  return before.name == now.name && before.value.tagKind() == now.value.tagKind() &&
         (before.value.isNone() || before.value == now.value);
}

template <class T>
Status compare(const std::vector<T>& before, const std::vector<T>& now) {
  for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i) {
    if (i < before.size() && i < now.size() && same(before[i], now[i])) continue;
    return Error{"model",
                 fmt::format("the model changes its own {} in forward",
                             i < before.size() ? before[i].name : now[i].name),
                 "export it with that state as an input or created inside forward"};
  }
  return Done{};
}

}  // namespace

struct StateWatch::State {
  std::vector<WatchedTensor> tensors;
  std::vector<AttributeValue> values;
};

StateWatch::State StateWatch::state_of(const jit::Module& module) {
  Attributes attributes = attributes_of(module);
  return {watched_tensors(module, attributes), std::move(attributes.values)};
}

StateWatch::StateWatch(const jit::Module& module)
    : before_(std::make_unique<State>(state_of(module))) {}
StateWatch::~StateWatch() = default;

Status StateWatch::unchanged(const jit::Module& module) const {
  const State now = state_of(module);
  Status tensors = compare(before_->tensors, now.tensors);
  if (!tensors) return tensors;
  return compare(before_->values, now.values);
}

}  // namespace rookery
