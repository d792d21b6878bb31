#include "supervisor/postprocess/postprocessor.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "supervisor/postprocess/ctc_beam.h"
#include "supervisor/postprocess/ctc_greedy.h"
#include "supervisor/postprocess/frames.h"
#include "supervisor/postprocess/kept_vectors.h"
#include "supervisor/postprocess/tags.h"
#include "supervisor/postprocess/thresholds.h"

namespace rookery {
namespace {

// Of a ctc model's tokens a beam search is sent those that are not all but impossible.
constexpr float kLeastProbability = 1e-3F;
constexpr float kOnlyTheLikeliest = std::numeric_limits<float>::infinity();

}  // namespace

std::unique_ptr<Postprocessor> make_postprocessor(const ModelCard& card,
                                                  const PostprocessConfig& config,
                                                  std::int64_t recording_samples,
                                                  std::int64_t samples_per_frame,
                                                  std::shared_ptr<const WordList> word_list) {
  switch (card.output) {
    case OutputType::kTags:
      return std::make_unique<TagsPostprocessor>(card, config);
    case OutputType::kFrames:
      return std::make_unique<FramesPostprocessor>(card, config, recording_samples,
                                                   samples_per_frame);
    case OutputType::kCtc:
      if (config.decoder == CtcDecoder::kGreedy) {
        return std::make_unique<CtcGreedyPostprocessor>(card, recording_samples);
      }
      return std::make_unique<CtcBeamPostprocessor>(card, config.beam_width, std::move(word_list),
                                                    recording_samples);
    case OutputType::kEmbedding:
      break;
  }
  return nullptr;
}

std::vector<float> score_floors(const ModelCard& card, const PostprocessConfig& config) {
  constexpr float send_all = -std::numeric_limits<float>::infinity();
  std::vector<float> floors(static_cast<std::size_t>(card.output_width()), send_all);
  if (keeps_vectors(card, config)) return floors;
  if (card.output == OutputType::kCtc) {
    const bool greedy = config.decoder == CtcDecoder::kGreedy;
    std::fill(floors.begin(), floors.end(), greedy ? kOnlyTheLikeliest : kLeastProbability);
    return floors;
  }
  const bool tags = card.output == OutputType::kTags;
  if (tags && config.smooth_segments > 1) return floors;  // a median needs low scores too
  const std::vector<LabelThreshold> thresholds = label_thresholds(card, config);
  std::transform(thresholds.begin(), thresholds.end(), floors.begin(),
                 [tags](const LabelThreshold& one) { return tags ? one.on : one.off; });
  return floors;
}

}  // namespace rookery
