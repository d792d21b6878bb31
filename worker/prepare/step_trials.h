// Goes through the steps of preparing, one upon the other.
#pragma once

#include <memory>
#include <vector>

#include "worker/prepare/original.h"
#include "worker/prepare/preparation.h"
#include "worker/prepare/recipe.h"
#include "worker/prepare/step_verdict.h"

namespace rookery {

// `order` and `original` must outlive it.
class StepTrials {
 public:
  StepTrials(const PreparationOrder& order, const Original& original)
      : order_(order), original_(original) {}

  // Keeps the step if it pays. Freezing is kept for the time being whenever it works: the others
  // need it, so it may pay by what it makes possible.
  void try_step(Step step);

  // False if nothing pays: then model() is the original.
  bool changed_anything() const;
  bool has(Step step) const;
  double tolerance() const { return tolerance_of(recipe_); }
  const TorchScriptModel& model() const;
  std::vector<StepReport> reports() const;

 private:
  struct Outcome {
    std::shared_ptr<const TorchScriptModel> candidate;  // null if there is none to keep
    Verdict verdict;
  };
  Outcome outcome_of(const Recipe& recipe) const;
  Result<Verdict> judge(const TorchScriptModel& candidate, const Recipe& recipe) const;
  double tolerance_of(const Recipe& recipe) const;

  const PreparationOrder& order_;
  const Original& original_;
  Recipe recipe_;
  std::shared_ptr<const TorchScriptModel> current_;  // null: the original
  std::vector<StepReport> reports_;
};

}  // namespace rookery
