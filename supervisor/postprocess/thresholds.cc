#include "supervisor/postprocess/thresholds.h"

#include <algorithm>
#include <string>

namespace rookery {

std::vector<LabelThreshold> label_thresholds(const ModelCard& card,
                                             const PostprocessConfig& config) {
  std::vector<LabelThreshold> thresholds;
  thresholds.reserve(card.labels.size());
  for (const std::string& label : card.labels) {
    const auto own = config.label_thresholds.find(label);
    const double on = own == config.label_thresholds.end() ? config.threshold : own->second;
    const double off = config.threshold_off < 0 ? on : std::min(on, config.threshold_off);
    thresholds.push_back({static_cast<float>(on), static_cast<float>(off)});
  }
  return thresholds;
}

}  // namespace rookery
