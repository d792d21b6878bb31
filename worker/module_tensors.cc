#include "worker/module_tensors.h"

#include <fmt/format.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>

#include <unordered_set>

namespace rookery {
namespace {

namespace jit = torch::jit;

class AttributeWalk {
 public:
  void visit(const std::string& name, const c10::IValue& value) {
    if (value.isTensor()) {
      if (value.toTensor().defined()) found_.tensors.push_back({name, value.toTensor()});
    } else if (value.isObject()) {
      visit_object(name, value.toObjectRef());
    } else if (value.isList()) {
      visit_list(name, value.toListRef());
    } else if (value.isTuple()) {
      visit_list(name, value.toTupleRef().elements());
    } else if (value.isGenericDict()) {
      visit_dict(name, value.toGenericDict());
    } else if (value.isScalar() || value.isString() || value.isNone()) {
      found_.values.push_back({name, value});
    }
  }

  Attributes take() { return std::move(found_); }

 private:
  void visit_object(const std::string& name, const c10::ivalue::Object& object) {
    // Ends cycles. An object with two names is visited by its first one only, in the original and
    // in the copy loaded from it alike.
    if (!seen_.insert(&object).second) return;
    for (std::size_t slot = 0; slot < object.slots().size(); ++slot) {
      const std::string& attribute = object.type()->getAttributeName(slot);
      visit(name.empty() ? attribute : fmt::format("{}.{}", name, attribute), object.getSlot(slot));
    }
  }

  void visit_list(const std::string& name, c10::ArrayRef<c10::IValue> values) {
    for (std::size_t i = 0; i < values.size(); ++i)
      visit(fmt::format("{}[{}]", name, i), values[i]);
  }

  void visit_dict(const std::string& name, const c10::Dict<c10::IValue, c10::IValue>& dict) {
    std::size_t position = 0;
    for (const auto& entry : dict) visit(fmt::format("{}{{{}}}", name, position++), entry.value());
  }

  Attributes found_;
  std::unordered_set<const c10::ivalue::Object*> seen_;
};

void collect_constants(jit::Block* block, std::vector<jit::Node*>& found) {
  for (jit::Node* node : block->nodes()) {
    const bool is_tensor = node->kind() == c10::prim::Constant &&
                           node->hasAttribute(c10::attr::value) &&
                           node->kindOf(c10::attr::value) == jit::AttributeKind::t;
    if (is_tensor) found.push_back(node);
    for (jit::Block* inner : node->blocks()) collect_constants(inner, found);
  }
}

}  // namespace

Attributes attributes_of(const jit::Module& module) {
  AttributeWalk walk;
  walk.visit("", module._ivalue());
  return walk.take();
}

std::vector<jit::Node*> constant_nodes(const jit::Module& module) {
  std::vector<jit::Node*> found;
  for (jit::Function* function : module._ivalue()->compilation_unit()->get_functions()) {
    function->ensure_defined();
    auto* graph_function = jit::tryToGraphFunction(*function);
    if (graph_function != nullptr) collect_constants(graph_function->graph()->block(), found);
  }
  return found;
}

}  // namespace rookery
