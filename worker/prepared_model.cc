#include "worker/prepared_model.h"

#include <ATen/ATen.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <functional>

#include "worker/allocator_purge.h"
#include "worker/forward_extras.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/model_check.h"
#include "worker/model_digest.h"
#include "worker/model_output.h"
#include "worker/peak_memory.h"

namespace rookery {
namespace {

Error differs(const std::string& file) {
  return {"model", fmt::format("{} gives different scores for the same input", file),
          "remove randomness from forward; if there is none, use weights: private"};
}

// What `tries` gives, which runs the model; notes in `facts` what that takes.
Result<TriedModel> measured(ModelFacts& facts, const std::function<Result<TriedModel>()>& tries) {
  // Pages that the allocator keeps from earlier work would hide what this takes.
  purge_allocator();
  const PeakMemory peak;
  Result<TriedModel> tried = tries();
  if (!tried) return tried;
  facts.warm_up_bytes = peak.bytes_above_beginning();
  facts.warm_forward_us = tried->forward_us;
  return tried;
}

// Warms the model up. Whether it gives what `before`, a trial of the same weights, gave.
Result<bool> warm_and_same(const Model& model, const TriedModel& before,
                           const ModelSettings& settings, PreparedModel& prepared) {
  const FrontEnd& front_end = *prepared.hosted.front_end;
  if (takes_long(before)) {
    const Result<at::Tensor> one_row = try_one_row(model, front_end, settings);
    if (!one_row) return one_row.error();
    return at::equal(*one_row, before.one_row);
  }
  const Result<TriedModel> warm =
      measured(prepared.facts, [&] { return warm_up(model, front_end, settings); });
  if (!warm) return warm.error();
  return at::equal(warm->full_batch, before.full_batch);
}

// `original` ends here: its memory is free before any worker starts. `tried` is of it.
Status share(std::unique_ptr<Model> original, const ModelSettings& settings, std::size_t callers,
             const TriedModel& tried, PreparedModel& prepared) {
  const std::string digest = prepared.facts.digest;
  Result<SealedMemory> memory = original->publish(digest);
  if (!memory) return memory.error();
  original.reset();
  Result<ModelStore> attached = ModelStore::attach(std::move(*memory), digest);
  if (!attached) return attached.error();
  prepared.store = std::make_shared<const ModelStore>(std::move(*attached));
  prepared.facts.weights_bytes = prepared.store->total_bytes();
  prepared.facts.tensor_count = std::ssize(prepared.store->tensors());
  Result<std::unique_ptr<Model>> bound = bind_model(settings, callers, prepared.store);
  if (!bound) return bound.error();
  const Result<bool> same = warm_and_same(**bound, tried, settings, prepared);
  if (!same) return same.error();
  if (!*same) return differs(settings.file);
  prepared.hosted.model = std::move(*bound);
  return Done{};
}

Status check_digest(const ModelSettings& settings, const std::string& digest) {
  if (settings.pinned_digest.empty() || settings.pinned_digest == digest) return Done{};
  return Error{"model",
               fmt::format("{} has the SHA-256 {}, pinned is {}", settings.file, digest,
                           settings.pinned_digest),
               "this is another model than the one that was pinned; if that is meant, pin its "
               "digest with --model-digest"};
}

Result<PreparedModel> prepare_model(const ModelSettings& settings, WeightsKind weights,
                                    std::size_t callers) {
  Result<std::string> digest = model_digest(settings.file);
  if (!digest) return digest.error();
  // Before any of its code runs.
  Status pinned = check_digest(settings, *digest);
  if (!pinned) return pinned.error();
  Result<FrontEnd> front_end = FrontEnd::create(settings.front_end, settings.geometry.sample_rate,
                                                settings.geometry.input_samples());
  if (!front_end) return front_end.error();
  Result<std::unique_ptr<Model>> model = load_model(settings, callers);
  if (!model) return model.error();

  PreparedModel prepared;
  prepared.hosted.front_end = std::make_shared<const FrontEnd>(std::move(*front_end));
  const Result<TriedModel> tried = measured(
      prepared.facts, [&] { return check_model(**model, *prepared.hosted.front_end, settings); });
  if (!tried) return tried.error();
  prepared.facts.digest = *digest;
  prepared.facts.output_frames = tried->full_batch.dim() == 3 ? tried->full_batch.size(1) : 0;
  if (weights == WeightsKind::kShared) {
    Status shared = share(std::move(*model), settings, callers, *tried, prepared);
    if (!shared) return shared.error();
    return prepared;
  }
  // Weights of its own may go with randomness: what it gives need not be the same.
  const Result<bool> warm = warm_and_same(**model, *tried, settings, prepared);
  if (!warm) return warm.error();
  return prepared;
}

// Their scores are added up, frame by frame.
Status check_frames(const WorkerSettings& settings, const std::vector<ModelFacts>& facts) {
  for (std::size_t i = 0; settings.ensemble && i < facts.size(); ++i) {
    if (facts[i].output_frames == facts.front().output_frames) continue;
    return Error{"model",
                 fmt::format("{} gives {} frames a segment and {} gives {}: they cannot be in one "
                             "ensemble",
                             settings.models.front().file, facts.front().output_frames,
                             settings.models[i].file, facts[i].output_frames),
                 "leave out --ensemble: each model then has an output of its own"};
  }
  return Done{};
}

}  // namespace

std::vector<HostedModel> PreparedModels::hosted() const {
  std::vector<HostedModel> hosted;
  for (const PreparedModel& model : models) hosted.push_back(model.hosted);
  return hosted;
}

Result<PreparedModels> prepare_models(const WorkerSettings& settings) {
  PreparedModels prepared;
  prepared.facts.torch_version = TORCH_VERSION;
  prepared.facts.cpu_capability = at::get_cpu_capability();
  for (const ModelSettings& model : settings.models) {
    Result<PreparedModel> one = prepare_model(model, settings.weights, callers_in(settings.engine));
    if (!one) return one.error();
    prepared.facts.models.push_back(one->facts);
    prepared.models.push_back(std::move(*one));
  }
  const Status fit = check_frames(settings, prepared.facts.models);
  if (!fit) return fit.error();
  return prepared;
}

}  // namespace rookery
