#include "supervisor/bench/cell_audio.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "supervisor/config/config_file.h"
#include "supervisor/config/config_keys.h"
#include "supervisor/model_card/model_card_reader.h"

namespace rookery {
namespace {

Status apply(RunConfig& config, const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    if (setting.value.yaml.empty()) continue;
    Status set = set_key(config, setting.key, setting.value.yaml);
    if (!set) return set;
  }
  return Done{};
}

}  // namespace

AudioOrder audio_order(const GeneratedAudio& audio) {
  return {audio.count, std::llround(audio.minutes * 60 * audio.sample_rate), audio.sample_rate,
          audio.channels, audio.seed};
}

AudioOrder audio_order(const GeneratedAudio& audio, const SegmentGeometry& geometry,
                       std::int32_t batch_size) {
  AudioOrder order = audio_order(audio);
  order.sample_rate = geometry.sample_rate;
  const std::int64_t segments = std::int64_t{audio.batches} * batch_size;
  const std::int64_t asked = std::llround(audio.minutes * 60 * geometry.sample_rate);
  order.frames = std::max(asked, geometry.window + (segments - 1) * geometry.hop);
  return order;
}

Result<AudioOrder> audio_of_cell(const GeneratedAudio& audio,
                                 const std::vector<Setting>& settings) {
  if (audio.batches == 0) return audio_order(audio);
  RunConfig config;
  if (const Status named = apply(config, settings); !named) return named.error();
  const auto loaded = read_model_card(config.models.front());
  if (!loaded) return loaded.error();
  // What the card sets for its model lies below the cell's own settings.
  RunConfig merged;
  Status applied = loaded->config_yaml.empty()
                       ? Status(Done{})
                       : apply_config_yaml(merged, loaded->config_yaml, "model card");
  if (applied) applied = apply(merged, settings);
  if (!applied) return applied.error();
  return audio_order(audio, loaded->card.geometry, merged.results.batch_size);
}

Result<std::vector<std::string>> inputs_of(const BenchConfig& config, const Cell& cell,
                                           const std::string& folder,
                                           const std::function<bool()>& stop) {
  if (!config.generated) return config.recordings;
  const auto order = audio_of_cell(*config.generated, run_settings(config, cell));
  if (!order) return order.error();
  return generate_audio(
      *order, fmt::format("{}/{}-frames-at-{}-hz", folder, order->frames, order->sample_rate),
      stop);
}

}  // namespace rookery
