#include "worker/model.h"

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

bool is_package(const WorkerSettings& settings) { return settings.model_file.ends_with(".pt2"); }

// Enough for every worker of the process.
std::size_t runners(const WorkerSettings& settings) {
  return settings.engine == EngineKind::kThreads ? std::max(std::thread::hardware_concurrency(), 1U)
                                                 : 1;
}

}  // namespace

Result<std::unique_ptr<Model>> load_model(const WorkerSettings& settings) {
  if (!is_package(settings)) return as_model(TorchScriptModel::load(settings.model_file));
  return as_model(PackageModel::load(settings.model_file, runners(settings)));
}

Result<std::unique_ptr<Model>> bind_model(const WorkerSettings& settings,
                                          std::shared_ptr<const ModelStore> store) {
  if (!is_package(settings)) return as_model(TorchScriptModel::bind(std::move(store)));
  return as_model(PackageModel::bind(settings.model_file, runners(settings), std::move(store)));
}

}  // namespace rookery
