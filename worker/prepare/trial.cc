#include "worker/prepare/trial.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>

#include "worker/activation.h"
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

Result<double> time_ms(const Model& model, const at::Tensor& input) {
  const double started = cpu_ms();
  Result<ForwardResult> output = model.forward(input);
  if (!output) return output.error();
  return cpu_ms() - started;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Result<Speeds> compare_speeds(const Model& before, const Model& after, const at::Tensor& input) {
  std::vector<double> before_ms;
  std::vector<double> ratios;
  const Clock::time_point started = Clock::now();
  // The first round is for warming up.
  for (std::size_t round = 0; round <= kMaxRounds; ++round) {
    if (round > kMinRounds && Clock::now() - started > kPatience) break;
    Result<double> one = time_ms(before, input);
    if (!one) return one.error();
    Result<double> other = time_ms(after, input);
    if (!other) return other.error();
    if (round == 0) continue;
    before_ms.push_back(*one);
    ratios.push_back(*other / *one);
  }
  const double usual_ms = median(before_ms) / static_cast<double>(input.size(0));
  return Speeds{usual_ms, usual_ms * median(ratios)};
}

Result<std::vector<at::Tensor>> scores_of(const Model& model, const std::vector<at::Tensor>& inputs,
                                          Activation activation) {
  std::vector<at::Tensor> scores;
  for (const at::Tensor& input : inputs) {
    Result<ForwardResult> result = model.forward(input);
    if (!result) return result.error();
    scores.push_back(activate(result->output, activation));
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
