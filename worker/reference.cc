#include "worker/reference.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/prepare/trial.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

constexpr const char* kWaveform = "waveform";
constexpr const char* kScores = "scores";

Error unfit(const std::string& file, const std::string& why) {
  return {"model", fmt::format("{} is no reference for this model: {}", file, why),
          "write it with the script that exported the model, or with rookery prepare"};
}

std::optional<at::Tensor> float_tensor(const c10::Dict<c10::IValue, c10::IValue>& dict,
                                       const char* key) {
  const auto found = dict.find(key);
  if (found == dict.end() || !found->value().isTensor()) return std::nullopt;
  const at::Tensor tensor = found->value().toTensor();
  if (tensor.scalar_type() != at::kFloat || tensor.dim() < 1) return std::nullopt;
  return tensor.contiguous();
}

Result<double> replay(const ModelSettings& settings, const std::string& file) {
  Result<Reference> reference = read_reference(file);
  if (!reference) return reference.error();
  const std::int64_t samples = settings.geometry.input_samples();
  if (reference->waveform.dim() != 2 || reference->waveform.size(1) != samples) {
    return unfit(file, fmt::format("its waveform has not {} samples a row", samples));
  }
  Result<FrontEnd> front_end =
      FrontEnd::create(settings.front_end, settings.geometry.sample_rate, samples);
  if (!front_end) return front_end.error();
  Result<std::unique_ptr<Model>> model = load_model(settings);
  if (!model) return model.error();
  Result<at::Tensor> scores = reference_scores(**model, *front_end, settings, reference->waveform);
  if (!scores) return scores.error();
  if (scores->sizes() != reference->scores.sizes()) {
    return unfit(file, "its scores have another shape");
  }
  return largest_difference({reference->scores}, {*scores});
}

}  // namespace

Status write_reference(const Reference& reference, const std::string& file) {
  c10::Dict<std::string, at::Tensor> dict;
  dict.insert(kWaveform, reference.waveform);
  dict.insert(kScores, reference.scores);
  const std::vector<char> bytes = torch::jit::pickle_save(dict);
  std::ofstream stream(file, std::ios::binary);
  stream.write(bytes.data(), std::ssize(bytes));
  stream.close();
  if (stream) return Done{};
  return Error{"export", fmt::format("{} can't be written", file), "check space and permissions"};
}

Result<Reference> read_reference(const std::string& file) {
  try {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return unfit(file, "it can't be read");
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    const c10::IValue value = torch::jit::pickle_load(bytes);
    if (!value.isGenericDict()) return unfit(file, "it holds no dict");
    const auto waveform = float_tensor(value.toGenericDict(), kWaveform);
    const auto scores = float_tensor(value.toGenericDict(), kScores);
    if (!waveform || !scores) return unfit(file, "it lacks float `waveform` or `scores`");
    return Reference{*waveform, *scores};
  } catch (const std::exception& exception) {
    return unfit(file, torch_reason(exception));
  }
}

Result<at::Tensor> reference_scores(const Model& model, const FrontEnd& front_end,
                                    const ModelSettings& settings, const at::Tensor& waveform) {
  std::vector<TrialBatch> batches;
  const std::int64_t rows = settings.carries_state ? 1 : waveform.size(0);
  for (const at::Tensor& batch : waveform.split(rows)) {
    const std::vector<std::int64_t> heard(static_cast<std::size_t>(rows), waveform.size(1));
    batches.push_back(trial_batch(front_end, settings, batch, heard));
  }
  Result<std::vector<at::Tensor>> scores = scores_of(model, batches, settings);
  if (!scores) return scores.error();
  return at::cat(*scores);
}

Result<double> replay_reference(const ModelSettings& settings, const std::string& file) {
  try {
    const c10::InferenceMode inference_mode;
    return replay(settings, file);
  } catch (const std::exception& exception) {
    return Error{"model", torch_reason(exception), ""};
  }
}

}  // namespace rookery
