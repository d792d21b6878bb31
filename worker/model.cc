#include "worker/model.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "worker/package_model.h"
#include "worker/torchscript_model.h"

namespace rookery {
namespace {

template <class Kind>
Result<std::unique_ptr<Model>> as_model(Result<Kind> model) {
  if (!model) return model.error();
  return std::unique_ptr<Model>(std::make_unique<Kind>(std::move(*model)));
}

bool is_package(const ModelSettings& settings) { return settings.file.ends_with(".pt2"); }

}  // namespace

Result<std::unique_ptr<Model>> load_model(const ModelSettings& settings, std::size_t callers) {
  if (!is_package(settings)) return as_model(TorchScriptModel::load(settings.file));
  return as_model(PackageModel::load(settings.file, callers));
}

Result<std::unique_ptr<Model>> bind_model(const ModelSettings& settings, std::size_t callers,
                                          std::shared_ptr<const ModelStore> store) {
  if (!is_package(settings)) return as_model(TorchScriptModel::bind(std::move(store)));
  return as_model(PackageModel::bind(settings.file, callers, std::move(store)));
}

std::size_t callers_in(EngineKind engine) {
  return engine == EngineKind::kThreads ? std::max(std::thread::hardware_concurrency(), 1U) : 1;
}

}  // namespace rookery
