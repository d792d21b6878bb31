// check_config(): what only the merged configuration together with the card can tell.
#include <fmt/format.h>

#include <algorithm>

#include "supervisor/config/config_file.h"
#include "supervisor/config/nearest_name.h"

namespace rookery {
namespace {

Error wrong(const std::string& reason) { return {"config", reason, ""}; }

Status check_known_labels(const PostprocessConfig& postprocess, const ModelCard& card) {
  for (const auto& [label, threshold] : postprocess.label_thresholds) {
    if (std::find(card.labels.begin(), card.labels.end(), label) != card.labels.end()) continue;
    return wrong(
        fmt::format("postprocess.label_thresholds: the model has no label {}; the nearest is {}",
                    label, nearest_name(label, card.labels)));
  }
  return Done{};
}

// With an activation scores lie in 0..1, so that another threshold is a slip.
Status check_in_score_range(const std::string& key, double threshold, const ModelCard& card) {
  if (card.activation == Activation::kNone || (threshold >= 0 && threshold <= 1)) return Done{};
  return wrong(
      fmt::format("{}: {} is not allowed; this model's scores lie from 0 to 1", key, threshold));
}

Status check_off_threshold(const std::string& key, double threshold,
                           const PostprocessConfig& postprocess) {
  if (postprocess.threshold_off <= threshold) return Done{};
  return wrong(
      fmt::format("postprocess.threshold_off: {} is not allowed; it must not be above {}, {}",
                  postprocess.threshold_off, key, threshold));
}

Status check_threshold(const std::string& key, double threshold, const RunConfig& config,
                       const ModelCard& card) {
  Status in_range = check_in_score_range(key, threshold, card);
  if (!in_range.ok()) return in_range;
  const PostprocessConfig& postprocess = config.results.postprocess;
  if (card.output != OutputType::kFrames || postprocess.threshold_off < 0) return Done{};
  return check_off_threshold(key, threshold, postprocess);
}

}  // namespace

Status check_config(const RunConfig& config, const ModelCard& card) {
  const PostprocessConfig& postprocess = config.results.postprocess;
  if (card.carries_state && config.results.batch_size != 1) {
    return wrong(fmt::format(
        "batch.size: {} is not allowed; this model carries state from segment to segment, so each "
        "is a batch of its own: 1",
        config.results.batch_size));
  }
  if (card.carries_state && config.results.batch_mix) {
    return wrong(
        "batch.mix: true is not allowed; this model carries state from segment to segment, so that "
        "each is a batch of its own");
  }
  if (postprocess.keep_frames && card.output != OutputType::kFrames) {
    return wrong("postprocess.keep_frames: true is not allowed; the model gives no frames");
  }
  if (config.results.channel == kEachChannel &&
      (postprocess.keep_frames || card.output == OutputType::kEmbedding)) {
    return wrong("audio.channel: each is not allowed; vectors are kept of a recording as a whole");
  }
  if (Status known = check_known_labels(postprocess, card); !known.ok()) return known;
  Status status = check_threshold("postprocess.threshold", postprocess.threshold, config, card);
  if (!status.ok()) return status;
  for (const auto& [label, threshold] : postprocess.label_thresholds) {
    const std::string key = "postprocess.label_thresholds." + label;
    Status of_label = check_threshold(key, threshold, config, card);
    if (!of_label.ok()) return of_label;
  }
  return Done{};
}

}  // namespace rookery
