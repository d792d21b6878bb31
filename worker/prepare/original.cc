#include "worker/prepare/original.h"

#include <utility>

#include "worker/model_check.h"

namespace rookery {

Result<Original> load_original(const PreparationOrder& order) {
  const ModelSettings& settings = order.settings.models.front();
  Result<FrontEnd> front_end = FrontEnd::create(settings.front_end, settings.geometry.sample_rate,
                                                settings.geometry.input_samples());
  if (!front_end) return front_end.error();
  Result<TorchScriptModel> model = TorchScriptModel::load(settings.file);
  if (!model) return model.error();
  const Result<TriedEnds> sound = check_model(*model, *front_end, settings);
  if (!sound) return sound.error();
  Result<ProbeAudio> audio =
      order.probes.empty() ? quiet_noise(settings) : audio_of(order.probes, order.settings);
  if (!audio) return audio.error();
  Original original{std::move(*front_end), std::move(*model), std::move(*audio)};
  for (const ProbeBatch& batch : original.audio.batches) {
    original.batches.push_back(
        trial_batch(original.front_end, settings, batch.waveform, batch.heard));
  }
  Result<std::vector<at::Tensor>> scores = scores_of(original.model, original.batches, settings);
  if (!scores) return scores.error();
  original.scores = std::move(*scores);
  return original;
}

}  // namespace rookery
