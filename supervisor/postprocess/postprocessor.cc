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
  // A median is taken over all scores, high or low.
  if (card.output == OutputType::kTags && config.smooth_segments > 1) {
    return std::vector<float>(card.labels.size(), -std::numeric_limits<float>::infinity());
  }
  std::vector<float> floors;
  floors.reserve(card.labels.size());
  for (const LabelThreshold& threshold : label_thresholds(card, config)) {
    floors.push_back(card.output == OutputType::kTags ? threshold.on : threshold.off);
  }
  return floors;
}

}  // namespace rookery
