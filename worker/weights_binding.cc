#include "worker/weights_binding.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/serialization/import.h>

#include <sstream>
#include <unordered_map>

#include "worker/module_tensors.h"
#include "worker/stand_in.h"
#include "worker/store_tensor.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

namespace jit = torch::jit;

constexpr std::string_view kConstantPrefix = "constant:";

// Tensors to publish, in the order of the store, and where each came from.
struct Published {
  std::vector<std::string> names;
  std::vector<at::Tensor> tensors;
  std::vector<jit::Node*> nodes;  // nullptr for attributes

  void add(std::string name, const at::Tensor& tensor, jit::Node* node) {
    names.push_back(std::move(name));
    tensors.push_back(tensor);
    nodes.push_back(node);
  }
};

Published collect(const jit::Module& module) {
  Published published;
  for (const AttributeTensor& attribute : attributes_of(module).tensors) {
    if (is_storable(attribute.tensor)) published.add(attribute.name, attribute.tensor, nullptr);
  }
  for (jit::Node* node : constant_nodes(module)) {
    const at::Tensor constant = node->t(c10::attr::value);
    const auto index = static_cast<std::int64_t>(published.tensors.size());
    if (index > kMaxConstantIndex || !is_storable_constant(constant)) continue;
    published.add(fmt::format("{}{}", kConstantPrefix, index), constant, node);
  }
  return published;
}

// Constants are replaced in their graphs; an attribute may be held in many places, so its tensor
// itself is turned into the stand-in.
void put_stand_ins(const Published& published) {
  for (std::size_t i = 0; i < published.tensors.size(); ++i) {
    const at::Tensor& tensor = published.tensors[i];
    if (jit::Node* node = published.nodes[i]; node != nullptr) {
      node->t_(c10::attr::value, make_stand_in(tensor, static_cast<std::int64_t>(i)));
    } else {
      tensor.set_requires_grad(false);
      tensor.set_data(make_stand_in(tensor, std::nullopt));
    }
  }
}

// A view shares its tensor's sizes, so `published` must keep originals alive until all is copied.
std::vector<at::Tensor> detached(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> copies;
  copies.reserve(tensors.size());
  for (const at::Tensor& tensor : tensors) copies.push_back(tensor.detach());
  return copies;
}

Error misfit(std::string_view name, std::string_view why) {
  return {"model", fmt::format("weight {} of the shared store {}", name, why),
          "use weights: private for this model"};
}

Result<std::size_t> bind_attributes(const jit::Module& module, const ModelStore& store) {
  std::unordered_map<std::string_view, const TensorView*> by_name;
  for (const TensorView& view : store.tensors()) by_name[view.name] = &view;
  std::size_t bound = 0;
  for (const AttributeTensor& attribute : attributes_of(module).tensors) {
    if (!is_storable(attribute.tensor)) continue;
    const auto found = by_name.find(attribute.name);
    if (found == by_name.end()) return misfit(attribute.name, "is missing");
    attribute.tensor.set_data(store_tensor(*found->second));
    ++bound;
  }
  return bound;
}

Result<std::size_t> bind_constants(const jit::Module& module, const ModelStore& store) {
  std::vector<bool> bound(store.tensors().size());
  for (jit::Node* node : constant_nodes(module)) {
    const at::Tensor constant = node->t(c10::attr::value);
    if (!is_storable_constant(constant)) continue;
    const std::optional<std::int64_t> index = stand_in_index(constant);
    if (!index) continue;
    if (*index >= std::ssize(bound)) return misfit(fmt::to_string(*index), "is missing");
    const at::Tensor tensor = store_tensor(store.tensors()[static_cast<std::size_t>(*index)]);
    node->t_(c10::attr::value, tensor);
    node->output()->inferTypeFrom(tensor);
    bound[static_cast<std::size_t>(*index)] = true;
  }
  return static_cast<std::size_t>(std::count(bound.begin(), bound.end(), true));
}

}  // namespace

Result<SealedMemory> publish_weights(jit::Module& module, const std::string& digest) {
  try {
    const Published published = collect(module);
    const std::vector<at::Tensor> originals = detached(published.tensors);
    put_stand_ins(published);
    std::ostringstream skeleton;
    module.save(skeleton);
    std::vector<TensorView> views;
    views.reserve(originals.size());
    for (std::size_t i = 0; i < originals.size(); ++i) {
      views.push_back(view_of(published.names[i], originals[i]));
    }
    const std::string skeleton_bytes = std::move(skeleton).str();
    return publish_model({views, skeleton_bytes, digest});
  } catch (const std::exception& exception) {
    return Error{"model", fmt::format("the weights cannot be shared: {}", torch_reason(exception)),
                 "use weights: private for this model"};
  }
}

Result<std::unique_ptr<jit::Module>> bind_weights(const ModelStore& store) {
  try {
    std::istringstream skeleton{std::string(store.skeleton())};
    auto module = std::make_unique<jit::Module>(jit::load(skeleton, at::kCPU));
    Result<std::size_t> attributes = bind_attributes(*module, store);
    if (!attributes) return attributes.error();
    Result<std::size_t> constants = bind_constants(*module, store);
    if (!constants) return constants.error();
    if (*attributes + *constants < store.tensors().size()) {
      return Error{"model",
                   fmt::format("only {} of the shared store's {} tensors are used by its module",
                               *attributes + *constants, store.tensors().size()),
                   "use weights: private for this model"};
    }
    return module;
  } catch (const std::exception& exception) {
    return Error{"model", fmt::format("the shared model: {}", torch_reason(exception)), ""};
  }
}

}  // namespace rookery
