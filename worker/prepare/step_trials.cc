#include "worker/prepare/step_trials.h"

#include <algorithm>
#include <utility>

#include "worker/prepare/trial.h"

namespace rookery {
void StepTrials::try_step(Step step) {
  Recipe recipe = recipe_;
  recipe.push_back(step);
  Outcome outcome = outcome_of(recipe);
  if (outcome.candidate != nullptr && (outcome.verdict.keep || step == Step::kFreeze)) {
    recipe_ = std::move(recipe);
    current_ = std::move(outcome.candidate);
  }
  reports_.push_back(
      {std::string(to_string(step)), outcome.verdict.keep, std::move(outcome.verdict.reason)});
}

bool StepTrials::changed_anything() const {
  return std::any_of(reports_.begin(), reports_.end(), [](const auto& step) { return step.kept; });
}

bool StepTrials::has(Step step) const { return changed_anything() && contains(recipe_, step); }

const TorchScriptModel& StepTrials::model() const {
  return changed_anything() ? *current_ : original_.model;
}

std::vector<StepReport> StepTrials::reports() const {
  std::vector<StepReport> reports = reports_;
  for (StepReport& report : reports) {
    if (report.kept || report.name != to_string(Step::kFreeze) || !has(Step::kFreeze)) continue;
    report.kept = true;
    report.reason += "; kept because the other steps need it";
  }
  return reports;
}

double StepTrials::tolerance_of(const Recipe& recipe) const {
  return contains(recipe, Step::kBfloat16) ? order_.bfloat16_tolerance : order_.float_tolerance;
}

StepTrials::Outcome StepTrials::outcome_of(const Recipe& recipe) const {
  Result<Followed> followed = follow(recipe, original_.model.module());
  if (!followed) return {nullptr, {false, followed.error().reason}};
  if (!followed->changed) return {nullptr, {false, "nothing to do"}};
  auto candidate = std::make_shared<const TorchScriptModel>(followed->module);
  Result<Verdict> verdict = judge(*candidate, recipe);
  if (!verdict) return {nullptr, {false, verdict.error().reason}};
  return {std::move(candidate), std::move(*verdict)};
}

Result<Verdict> StepTrials::judge(const TorchScriptModel& candidate, const Recipe& recipe) const {
  const ModelSettings& settings = order_.settings.models.front();
  Result<std::vector<at::Tensor>> scores = scores_of(candidate, original_.batches, settings);
  if (!scores) return scores.error();
  const TorchScriptModel& before = current_ != nullptr ? *current_ : original_.model;
  Result<Speeds> speeds = compare_speeds(before, candidate, original_.batches.front(), settings);
  if (!speeds) return speeds.error();
  return judge_step(*speeds, largest_difference(original_.scores, *scores), tolerance_of(recipe));
}

}  // namespace rookery
