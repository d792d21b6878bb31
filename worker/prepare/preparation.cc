#include "worker/prepare/preparation.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/version.h>

#include <algorithm>

#include "worker/model_digest.h"
#include "worker/prepare/original.h"
#include "worker/prepare/recipe.h"
#include "worker/prepare/step_trials.h"
#include "worker/prepare/trial.h"
#include "worker/reference.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

constexpr std::ptrdiff_t kReferenceRows = 2;

Recipe steps_to_try(bool bfloat16) {
  Recipe steps = {Step::kFreeze, Step::kFoldBatchNorm, Step::kChannelsLast};
  if (bfloat16) steps.push_back(Step::kBfloat16);
  steps.push_back(Step::kFuseActivations);
  return steps;
}

Status save(const TorchScriptModel& model, const std::string& file) {
  try {
    model.module().save(file);
    return Done{};
  } catch (const std::exception& exception) {
    return Error{"export", fmt::format("{} can't be written: {}", file, torch_reason(exception)),
                 "check space and permissions"};
  }
}

// Measures the file that was written, not what it was written from.
Status measure_result(const PreparationOrder& order, const Original& original, double tolerance,
                      PreparationReport& report) {
  ModelSettings settings = order.settings.models.front();
  settings.file = order.model_out;
  Result<std::unique_ptr<Model>> model = load_model(settings);
  if (!model) return model.error();
  Result<std::vector<at::Tensor>> scores = scores_of(**model, original.batches, settings);
  if (!scores) return scores.error();
  report.largest_difference = largest_difference(original.scores, *scores);
  if (report.largest_difference > tolerance) {
    return Error{"model",
                 fmt::format("the prepared model's scores differ by {:.2g}, tolerance {:.2g}",
                             report.largest_difference, tolerance),
                 ""};
  }
  Result<Speeds> speeds =
      compare_speeds(original.model, **model, original.batches.front(), settings);
  if (!speeds) return speeds.error();
  report.before_ms = speeds->before_ms;
  report.after_ms = speeds->after_ms;
  return Done{};
}

Status write_original_reference(const PreparationOrder& order, const Original& original) {
  std::vector<at::Tensor> rows;
  for (const ProbeBatch& batch : original.audio.batches) {
    for (const at::Tensor& row : batch.waveform.unbind()) {
      if (std::ssize(rows) < kReferenceRows) rows.push_back(row);
    }
  }
  const at::Tensor waveform = at::stack(rows);
  Result<at::Tensor> scores =
      reference_scores(original.model, original.front_end, order.settings.models.front(), waveform);
  if (!scores) return scores.error();
  return write_reference({waveform, *scores}, order.reference_out);
}

Result<PreparationReport> begin_report(const PreparationOrder& order) {
  PreparationReport report;
  Result<std::string> digest = model_digest(order.settings.models.front().file);
  if (!digest) return digest.error();
  report.original_digest = *digest;
  report.torch_version = TORCH_VERSION;
  report.cpu_capability = at::get_cpu_capability();
  return report;
}

Status conclude(const PreparationOrder& order, const Original& original, double tolerance,
                PreparationReport& report) {
  report.probe = original.audio.description;
  Status measured = measure_result(order, original, tolerance, report);
  return measured ? write_original_reference(order, original) : measured;
}

Result<PreparationReport> prepare(const PreparationOrder& order) {
  Result<PreparationReport> report = begin_report(order);
  if (!report) return report;
  Result<Original> original = load_original(order);
  if (!original) return original.error();
  StepTrials steps(order, *original);
  for (const Step step : steps_to_try(order.bfloat16)) steps.try_step(step);
  Status done = save(steps.model(), order.model_out);
  if (done) done = conclude(order, *original, steps.tolerance(), *report);
  if (!done) return done.error();
  report->steps = steps.reports();
  report->bfloat16 = steps.has(Step::kBfloat16);
  return report;
}

Result<PreparationReport> compare(const PreparationOrder& order) {
  Result<PreparationReport> report = begin_report(order);
  if (!report) return report;
  Result<Original> original = load_original(order);
  if (!original) return original.error();
  const double tolerance = order.bfloat16 ? order.bfloat16_tolerance : order.float_tolerance;
  Status done = conclude(order, *original, tolerance, *report);
  if (!done) return done.error();
  report->steps = {{"AOTInductor", true, "compiled for this processor"}};
  report->bfloat16 = order.bfloat16;
  return report;
}

using Job = Result<PreparationReport> (*)(const PreparationOrder&);

Result<PreparationReport> guarded(Job job, const PreparationOrder& order) {
  try {
    const c10::InferenceMode inference_mode;
    return job(order);
  } catch (const std::exception& exception) {
    return Error{"model", torch_reason(exception), ""};
  }
}

}  // namespace

Result<PreparationReport> prepare_torchscript(const PreparationOrder& order) {
  return guarded(prepare, order);
}

Result<PreparationReport> compare_package(const PreparationOrder& order) {
  return guarded(compare, order);
}

}  // namespace rookery
