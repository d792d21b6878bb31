#include "worker/forward_extras.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "worker/front_end.h"

namespace rookery {
namespace {

// Of rows that are whole, at a recording's start.
Result<ForwardExtras> extras_at_start(const Model& model, const FrontEnd& front_end,
                                      const ModelSettings& settings, std::int64_t rows) {
  ForwardExtras extras;
  if (settings.takes_lengths) {
    extras.lengths =
        at::full({rows}, front_end.input_length(settings.geometry.input_samples()), at::kLong);
  }
  if (settings.carries_state) {
    Result<at::Tensor> state = model.initial_state(rows);
    if (!state) return state.error();
    extras.state = std::move(*state);
  }
  return extras;
}

}  // namespace

at::Tensor lengths_of(std::span<const BatchRow> rows, const FrontEnd& front_end,
                      std::int64_t input_samples) {
  std::vector<std::int64_t> lengths;
  lengths.reserve(rows.size());
  for (const BatchRow& row : rows) {
    const std::int64_t left = row.recording_samples - row.segment->input_begin;
    const std::int64_t heard = std::clamp<std::int64_t>(left, 0, input_samples);
    lengths.push_back(front_end.input_length(heard));
  }
  return at::tensor(lengths, at::kLong);
}

Result<at::Tensor> state_before(const ModelWork& work, const Model& model) {
  Result<at::Tensor> first = model.initial_state(1);
  if (!first || work.state.empty()) return first;
  if (first->numel() != std::ssize(work.state)) {
    return Error{"forward",
                 fmt::format("the task brings a state of {} numbers, the model's has {}",
                             work.state.size(), first->numel()),
                 ""};
  }
  return at::tensor(work.state).reshape(first->sizes());
}

std::vector<float> state_numbers(const at::Tensor& state) {
  const auto* numbers = state.const_data_ptr<float>();
  return {numbers, numbers + state.numel()};
}

Status check_state_shape(const Model& model, const FrontEnd& front_end,
                         const ModelSettings& settings, const at::Tensor& input) {
  const Result<ForwardExtras> start = extras_at_start(model, front_end, settings, input.size(0));
  if (!start) return start.error();
  ForwardExtras extras = *start;
  for (int round = 0; round < 2; ++round) {
    Result<ForwardResult> result = model.forward(input, extras);
    if (!result) {
      return Error{"model",
                   fmt::format("{} throws on a state: {}", settings.file, result.error().reason),
                   "check that forward() takes the state that it returns"};
    }
    extras.state = result->state;
    if (extras.state.sizes() == start->state.sizes()) continue;
    return Error{
        "model",
        fmt::format("{}: its state of shape [{}] becomes one of shape [{}]", settings.file,
                    fmt::join(start->state.sizes(), ", "), fmt::join(extras.state.sizes(), ", ")),
        "a state keeps the shape that initial_state() gives it"};
  }
  return Done{};
}

Result<at::Tensor> forward_at_start(const Model& model, const FrontEnd& front_end,
                                    const ModelSettings& settings, const at::Tensor& input) {
  const Result<ForwardExtras> extras = extras_at_start(model, front_end, settings, input.size(0));
  if (!extras) return extras.error();
  Result<ForwardResult> result = model.forward(input, *extras);
  if (!result) return result.error();
  return result->output;
}

}  // namespace rookery
