#include "supervisor/postprocess/postprocessor.h"

#include <limits>

#include "supervisor/postprocess/frames.h"
#include "supervisor/postprocess/tags.h"
#include "supervisor/postprocess/thresholds.h"

namespace rookery {

std::unique_ptr<Postprocessor> make_postprocessor(const ModelCard& card,
                                                  const PostprocessConfig& config,
                                                  std::int64_t recording_samples,
                                                  std::int64_t samples_per_frame) {
  if (card.output == OutputType::kTags) return std::make_unique<TagsPostprocessor>(card, config);
  return std::make_unique<FramesPostprocessor>(card, config, recording_samples, samples_per_frame);
}

std::vector<float> score_floors(const ModelCard& card, const PostprocessConfig& config) {
  constexpr float send_all = -std::numeric_limits<float>::infinity();
  const bool tags = card.output == OutputType::kTags;
  const bool smoothed = tags && config.smooth_segments > 1;  // a median needs low scores too
  std::vector<float> floors;
  floors.reserve(card.labels.size());
  for (const LabelThreshold& threshold : label_thresholds(card, config)) {
    floors.push_back(smoothed ? send_all : (tags ? threshold.on : threshold.off));
  }
  return floors;
}

}  // namespace rookery
