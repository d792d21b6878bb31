// One model tried against another: how fast, and how different the scores.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

class FrontEnd;
class Model;

struct Speeds {
  double before_ms = 0;  // CPU time of a segment, the median of interleaved rounds
  double after_ms = 0;   // the same times the median of the rounds' ratios
};

// A batch as a model takes it.
struct TrialBatch {
  at::Tensor input;
  at::Tensor lengths;  // undefined unless the model takes them
};

// Waveforms [rows, input samples] through the front end; `heard`: how many samples of each row are
// not padding.
TrialBatch trial_batch(const FrontEnd& front_end, const ModelSettings& settings,
                       const at::Tensor& waveform, const std::vector<std::int64_t>& heard);

// Forward of one batch by each in turn, until the medians are settled. Error stage "forward", and
// "model" for a model without the state that the settings promise.
Result<Speeds> compare_speeds(const Model& before, const Model& after, const TrialBatch& batch,
                              const ModelSettings& settings);

// Scores of every batch; a state is carried from each to the next. Errors as above.
Result<std::vector<at::Tensor>> scores_of(const Model& model,
                                          const std::vector<TrialBatch>& batches,
                                          const ModelSettings& settings);

// The largest difference of two scores at the same place; infinite where shapes differ or one is
// no number.
double largest_difference(const std::vector<at::Tensor>& one, const std::vector<at::Tensor>& other);

}  // namespace rookery
