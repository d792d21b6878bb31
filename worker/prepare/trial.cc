#include "worker/prepare/trial.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>
#include <utility>

#include "worker/activation.h"
#include "worker/front_end.h"
#include "worker/model.h"

namespace rookery {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMinRounds = 7;
constexpr std::size_t kMaxRounds = 61;
// Beyond kMinRounds, rounds go on until so much time is spent: fast models get many.
constexpr std::chrono::seconds kPatience{3};

// Of this thread alone, which does all the work: other programs on the host disturb it least.
double cpu_ms() {
  timespec now = {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

Result<ForwardExtras> extras_at_start(const Model& model, const TrialBatch& batch,
                                      const ModelSettings& settings) {
  ForwardExtras extras{batch.lengths, {}};
  if (!settings.carries_state) return extras;
  Result<at::Tensor> state = model.initial_state(batch.input.size(0));
  if (!state) return state.error();
  extras.state = std::move(*state);
  return extras;
}

// One forward after the other, from the same state.
class Stopwatch {
 public:
  Stopwatch(const Model& model, const TrialBatch& batch, ForwardExtras extras)
      : model_(model), batch_(batch), extras_(std::move(extras)) {}

  Result<double> time_ms() const {
    const double started = cpu_ms();
    Result<ForwardResult> output = model_.forward(batch_.input, extras_);
    if (!output) return output.error();
    return cpu_ms() - started;
  }

 private:
  const Model& model_;
  const TrialBatch& batch_;
  const ForwardExtras extras_;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

TrialBatch trial_batch(const FrontEnd& front_end, const ModelSettings& settings,
                       const at::Tensor& waveform, const std::vector<std::int64_t>& heard) {
  TrialBatch batch{front_end.apply(waveform), {}};
  if (!settings.takes_lengths) return batch;
  std::vector<std::int64_t> lengths;
  lengths.reserve(heard.size());
  for (const std::int64_t samples : heard) lengths.push_back(front_end.input_length(samples));
  batch.lengths = at::tensor(lengths, at::kLong);
  return batch;
}

Result<Speeds> compare_speeds(const Model& before, const Model& after, const TrialBatch& batch,
                              const ModelSettings& settings) {
  Result<ForwardExtras> of_before = extras_at_start(before, batch, settings);
  if (!of_before) return of_before.error();
  Result<ForwardExtras> of_after = extras_at_start(after, batch, settings);
  if (!of_after) return of_after.error();
  const Stopwatch first(before, batch, std::move(*of_before));
  const Stopwatch second(after, batch, std::move(*of_after));
  std::vector<double> before_ms;
  std::vector<double> ratios;
  const Clock::time_point started = Clock::now();
  // The first round is for warming up.
  for (std::size_t round = 0; round <= kMaxRounds; ++round) {
    if (round > kMinRounds && Clock::now() - started > kPatience) break;
    Result<double> one = first.time_ms();
    if (!one) return one.error();
    Result<double> other = second.time_ms();
    if (!other) return other.error();
    if (round == 0) continue;
    before_ms.push_back(*one);
    ratios.push_back(*other / *one);
  }
  const double usual_ms = median(before_ms) / static_cast<double>(batch.input.size(0));
  return Speeds{usual_ms, usual_ms * median(ratios)};
}

Result<std::vector<at::Tensor>> scores_of(const Model& model,
                                          const std::vector<TrialBatch>& batches,
                                          const ModelSettings& settings) {
  std::vector<at::Tensor> scores;
  at::Tensor state;
  for (const TrialBatch& batch : batches) {
    Result<ForwardExtras> extras = extras_at_start(model, batch, settings);
    if (!extras) return extras.error();
    if (state.defined()) extras->state = state;
    Result<ForwardResult> result = model.forward(batch.input, *extras);
    if (!result) return result.error();
    state = result->state;
    scores.push_back(activate(result->output, settings.activation));
  }
  return scores;
}

double largest_difference(const std::vector<at::Tensor>& one,
                          const std::vector<at::Tensor>& other) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (one.size() != other.size()) return infinite;
  double largest = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i].sizes() != other[i].sizes()) return infinite;
    const auto difference = (one[i] - other[i]).abs().max().item<double>();
    if (!(difference < infinite)) return infinite;
    largest = std::max(largest, difference);
  }
  return largest;
}

}  // namespace rookery
