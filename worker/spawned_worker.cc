#include "worker/spawned_worker.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "rookery/exit_codes.h"
#include "shm/model_store.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/torch_settings.h"
#include "worker/worker_start.h"

namespace rookery {
namespace {

Result<std::shared_ptr<const Model>> attach_model(const WorkerSettings& settings, UniqueFd store_fd,
                                                  const std::string& digest) {
  Result<ModelStore> store = ModelStore::attach(std::move(store_fd), digest);
  if (!store) return store.error();
  Result<std::unique_ptr<Model>> model =
      bind_model(settings, std::make_shared<const ModelStore>(std::move(*store)));
  if (!model) return model.error();
  return std::shared_ptr<const Model>(std::move(*model));
}

Result<int> run(const WorkerSettings& settings, const std::vector<SlotStart>& slots,
                UniqueFd store_fd, const std::string& digest) {
  Status settled = set_process_settings(settings.inter_op);
  if (!settled) return settled.error();
  Result<FrontEnd> created = FrontEnd::create(settings.front_end, settings.geometry.sample_rate,
                                              settings.geometry.input_samples());
  if (!created) return created.error();
  const auto front_end = std::make_shared<const FrontEnd>(std::move(*created));
  std::shared_ptr<const Model> shared;
  if (settings.weights == WeightsKind::kShared) {
    Result<std::shared_ptr<const Model>> attached =
        attach_model(settings, std::move(store_fd), digest);
    if (!attached) return attached.error();
    shared = std::move(*attached);
  }
  return run_worker_process(settings, slots, front_end, model_source(settings, front_end, shared));
}

}  // namespace

int run_spawned_worker(const WorkerSettings& settings, const std::vector<SlotStart>& slots,
                       UniqueFd store_fd, const std::string& digest) {
  Result<int> code = run(settings, slots, std::move(store_fd), digest);
  if (code) return *code;
  fmt::print(stderr, "rookery-worker: {}\n", to_string(code.error()));
  return kExitCannotGoOn;
}

}  // namespace rookery
