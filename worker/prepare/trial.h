// One model tried against another: how fast, and how different the scores.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "rookery/model_card.h"
#include "rookery/result.h"

namespace rookery {

class Model;

struct Speeds {
  double before_ms = 0;  // CPU time of a segment, the median of interleaved rounds
  double after_ms = 0;   // the same times the median of the rounds' ratios
};

// Forward of one batch by each in turn, until the medians are settled. Error stage "forward".
Result<Speeds> compare_speeds(const Model& before, const Model& after, const at::Tensor& input);

// Scores of every input. Error stage "forward".
Result<std::vector<at::Tensor>> scores_of(const Model& model, const std::vector<at::Tensor>& inputs,
                                          Activation activation);

// The largest difference of two scores at the same place; infinite where shapes differ or one is
// no number.
double largest_difference(const std::vector<at::Tensor>& one, const std::vector<at::Tensor>& other);

}  // namespace rookery
