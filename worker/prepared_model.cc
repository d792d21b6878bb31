#include "worker/prepared_model.h"

#include <ATen/ATen.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/version.h>

#include "worker/allocator_purge.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/model_check.h"
#include "worker/model_digest.h"
#include "worker/peak_memory.h"

namespace rookery {
namespace {

Error differs(const std::string& file) {
  return {"model", fmt::format("{} gives different scores for the same input", file),
          "remove randomness from forward; if there is none, use weights: private"};
}

// What `tries` gives, which runs the model; notes in `facts` what that takes.
template <typename Tries>
auto measured(ModelFacts& facts, const Tries& tries) {
  // Pages that the allocator keeps from earlier work would hide what this takes.
  purge_allocator();
  const PeakMemory peak;
  auto tried = tries();
  facts.warm_up_bytes = peak.bytes_above_beginning();
  return tried;
}

// Where a full batch takes long, none is run for its first-call costs or its time alone.
bool takes_long(const TriedEnds& tried, std::chrono::microseconds long_forward) {
  return tried.full_batch.took_us > long_forward.count();
}

// What a full batch gives once the model is warm, and in what time.
Result<TriedForward> warm_forward(const Model& model, const FrontEnd& front_end,
                                  const ModelSettings& settings) {
  const Result<TriedEnds> tried = warm_up(model, front_end, settings);
  if (!tried) return tried.error();
  return try_rows(model, front_end, settings, settings.batch_size);
}

// Notes in the facts what that takes. Whether it gives what a full batch gave before.
Result<bool> warm_and_same(const Model& model, const TriedEnds& before,
                           const ModelSettings& settings, PreparedModel& prepared) {
  const Result<TriedForward> warm = measured(
      prepared.facts, [&] { return warm_forward(model, *prepared.hosted.front_end, settings); });
  if (!warm) return warm.error();
  prepared.facts.warm_forward_us = warm->took_us;
  return at::equal(warm->output, before.full_batch.output);
}

Result<bool> one_row_same(const Model& model, const TriedEnds& before,
                          const ModelSettings& settings, const FrontEnd& front_end) {
  const Result<TriedForward> one_row = try_rows(model, front_end, settings, 1);
  if (!one_row) return one_row.error();
  return at::equal(one_row->output, before.one_row.output);
}

// `original` ends here: its memory is free before any worker starts. `tried` is of it.
Status share(std::unique_ptr<Model> original, const ModelSettings& settings, std::size_t callers,
             const TriedEnds& tried, std::chrono::microseconds long_forward,
             PreparedModel& prepared) {
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
  const Result<bool> same = takes_long(tried, long_forward)
                                ? one_row_same(**bound, tried, settings, *prepared.hosted.front_end)
                                : warm_and_same(**bound, tried, settings, prepared);
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
                                    std::size_t callers, std::chrono::microseconds long_forward) {
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
  const Result<TriedEnds> tried = measured(
      prepared.facts, [&] { return check_model(**model, *prepared.hosted.front_end, settings); });
  if (!tried) return tried.error();
  const TriedForward& full_batch = tried->full_batch;
  prepared.facts.digest = *digest;
  prepared.facts.warm_forward_us = full_batch.took_us;
  prepared.facts.output_frames = full_batch.output.dim() == 3 ? full_batch.output.size(1) : 0;
  if (weights == WeightsKind::kShared) {
    Status shared = share(std::move(*model), settings, callers, *tried, long_forward, prepared);
    if (!shared) return shared.error();
    return prepared;
  }
  // Weights of its own may go with randomness: what it gives need not be the same.
  if (!takes_long(*tried, long_forward)) {
    const Result<bool> warm = warm_and_same(**model, *tried, settings, prepared);
    if (!warm) return warm.error();
  }
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

Result<PreparedModels> prepare_models(const WorkerSettings& settings,
                                      std::chrono::microseconds long_forward) {
  PreparedModels prepared;
  prepared.facts.torch_version = TORCH_VERSION;
  prepared.facts.cpu_capability = at::get_cpu_capability();
  for (const ModelSettings& model : settings.models) {
    Result<PreparedModel> one =
        prepare_model(model, settings.weights, callers_in(settings.engine), long_forward);
    if (!one) return one.error();
    prepared.facts.models.push_back(one->facts);
    prepared.models.push_back(std::move(*one));
  }
  const Status fit = check_frames(settings, prepared.facts.models);
  if (!fit) return fit.error();
  return prepared;
}

}  // namespace rookery
