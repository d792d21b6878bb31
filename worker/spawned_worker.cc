#include "worker/spawned_worker.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "rookery/exit_codes.h"
#include "shm/model_store.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/sandbox/sandbox.h"
#include "worker/torch_settings.h"
#include "worker/worker_start.h"

namespace rookery {
namespace {

Result<std::shared_ptr<const Model>> attach_model(const ModelSettings& settings, EngineKind engine,
                                                  InheritedStore inherited) {
  Result<ModelStore> store = ModelStore::attach(std::move(inherited.fd), inherited.digest);
  if (!store) return store.error();
  Result<std::unique_ptr<Model>> model = bind_model(
      settings, callers_in(engine), std::make_shared<const ModelStore>(std::move(*store)));
  if (!model) return model.error();
  return std::shared_ptr<const Model>(std::move(*model));
}

Result<std::vector<HostedModel>> attach_models(const WorkerSettings& settings,
                                               std::vector<InheritedStore> stores) {
  const bool shared = settings.weights == WeightsKind::kShared;
  if (shared && stores.size() != settings.models.size()) {
    return Error{"worker",
                 fmt::format("{} stores for {} models", stores.size(), settings.models.size()), ""};
  }
  std::vector<HostedModel> hosted;
  for (std::size_t i = 0; i < settings.models.size(); ++i) {
    const ModelSettings& model = settings.models[i];
    Result<FrontEnd> front_end = FrontEnd::create(model.front_end, model.geometry.sample_rate,
                                                  model.geometry.input_samples());
    if (!front_end) return front_end.error();
    HostedModel& one = hosted.emplace_back();
    one.front_end = std::make_shared<const FrontEnd>(std::move(*front_end));
    if (!shared) continue;
    Result<std::shared_ptr<const Model>> attached =
        attach_model(model, settings.engine, std::move(stores[i]));
    if (!attached) return attached.error();
    one.model = *attached;
  }
  return hosted;
}

Result<int> run(const WorkerSettings& settings, const std::vector<SlotStart>& slots,
                std::vector<InheritedStore> stores) {
  // Before LibTorch may start threads: they inherit it.
  const Result<SandboxState> sandbox = enter_sandbox(settings, slots.size());
  if (!sandbox) return sandbox.error();
  Status settled = set_process_settings(settings.inter_op);
  // Threads made here would not be where the worker is pinned later.
  if (settled) settled = set_thread_settings(1);
  if (!settled) return settled.error();
  Result<std::vector<HostedModel>> hosted = attach_models(settings, std::move(stores));
  if (!hosted) return hosted.error();
  return run_worker_process(settings, slots, model_source(settings, std::move(*hosted)), *sandbox);
}

}  // namespace

int run_spawned_worker(const WorkerSettings& settings, const std::vector<SlotStart>& slots,
                       std::vector<InheritedStore> stores) {
  Result<int> code = run(settings, slots, std::move(stores));
  if (code) return *code;
  fmt::print(stderr, "rookery-worker: {}\n", to_string(code.error()));
  return kExitCannotGoOn;
}

}  // namespace rookery
