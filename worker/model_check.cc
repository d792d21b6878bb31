#include "worker/model_check.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>

#include "worker/forward_extras.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/model_output.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

constexpr std::uint64_t kProbeSeed = 1;
constexpr double kProbeAmplitude = 0.05;
// Where forwards take longer, the milliseconds that the first of a shape costs more are not worth
// another forward.
constexpr std::chrono::seconds kTimeForLadder{1};

Error threw(const ModelSettings& settings, const at::Tensor& input, const Error& error) {
  return {"model",
          fmt::format("{} throws on an input of shape [{}]: {}", settings.file,
                      fmt::join(input.sizes(), ", "), error.reason),
          "check sample_rate, segment and front_end in the card"};
}

Result<TriedForward> try_once(const Model& model, const FrontEnd& front_end,
                              const ModelSettings& settings, std::int32_t rows) {
  const at::Tensor input = probe_input(front_end, settings.geometry, rows);
  const auto started = std::chrono::steady_clock::now();
  Result<at::Tensor> output = forward_at_start(model, front_end, settings, input);
  const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  if (!output) return threw(settings, input, output.error());
  Result<std::int64_t> frames = check_output_shape(output->sizes(), rows, settings);
  if (!frames) return frames.error();
  if (at::isnan(*output).any().item<bool>()) {
    return Error{"model", fmt::format("{} gives NaN for quiet noise", settings.file),
                 "check front_end in the card and the model's weights"};
  }
  return TriedForward{*output, passed.count()};
}

Result<TriedEnds> try_ends(const Model& model, const FrontEnd& front_end,
                           const ModelSettings& settings) {
  const Result<TriedForward> full_batch = try_rows(model, front_end, settings, settings.batch_size);
  if (!full_batch) return full_batch.error();
  if (settings.batch_size == 1) return TriedEnds{*full_batch, *full_batch};
  const Result<TriedForward> one_row = try_rows(model, front_end, settings, 1);
  if (!one_row) return one_row.error();
  return TriedEnds{*full_batch, *one_row};
}

}  // namespace

std::vector<std::int32_t> batch_sizes(std::int32_t batch_size) {
  std::vector<std::int32_t> sizes = {batch_size};
  std::int32_t power = 1;
  while (power * 2 < batch_size) power *= 2;
  for (; power >= 1 && power < batch_size; power /= 2) sizes.push_back(power);
  return sizes;
}

at::Tensor noise_waveform(const SegmentGeometry& geometry, std::int32_t rows) {
  at::Generator generator = at::detail::createCPUGenerator(kProbeSeed);
  return at::randn({rows, geometry.input_samples()}, generator) * kProbeAmplitude;
}

at::Tensor probe_input(const FrontEnd& front_end, const SegmentGeometry& geometry,
                       std::int32_t rows) {
  return front_end.apply(noise_waveform(geometry, rows));
}

Result<TriedForward> try_rows(const Model& model, const FrontEnd& front_end,
                              const ModelSettings& settings, std::int32_t rows) {
  try {
    return try_once(model, front_end, settings, rows);
  } catch (const std::exception& exception) {
    return Error{"model", torch_reason(exception), ""};
  }
}

Result<TriedEnds> check_model(Model& model, const FrontEnd& front_end,
                              const ModelSettings& settings) {
  try {
    model.watch_state();
    Result<TriedEnds> tried = try_ends(model, front_end, settings);
    if (!tried) return tried;
    if (settings.carries_state) {
      const at::Tensor input = probe_input(front_end, settings.geometry, settings.batch_size);
      const Status keeps = check_state_shape(model, front_end, settings, input);
      if (!keeps) return keeps.error();
    }
    const Status unchanged = model.state_unchanged();
    if (!unchanged) return unchanged.error();
    return tried;
  } catch (const std::exception& exception) {
    return Error{"model", torch_reason(exception), ""};
  }
}

Result<TriedEnds> warm_up(const Model& model, const FrontEnd& front_end,
                          const ModelSettings& settings) {
  const auto started = std::chrono::steady_clock::now();
  Result<TriedEnds> tried = try_ends(model, front_end, settings);
  if (!tried) return tried;
  for (const std::int32_t rows : batch_sizes(settings.batch_size)) {
    if (rows == settings.batch_size || rows == 1) continue;
    if (std::chrono::steady_clock::now() - started > kTimeForLadder) break;
    const Result<TriedForward> between = try_rows(model, front_end, settings, rows);
    if (!between) return between.error();
  }
  return tried;
}

}  // namespace rookery
