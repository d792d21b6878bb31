// The thresholds of every label as the configuration sets them, in the scores' own type: floors
// sent to workers and decisions taken here compare the same numbers.
#pragma once

#include <vector>

#include "rookery/model_card.h"
#include "rookery/run_config.h"

namespace rookery {

struct LabelThreshold {
  float on = 0;   // a score at or above it is positive
  float off = 0;  // frames: what was positive stays so at or above it; never above `on`
};

// One for each label of the card. Names in label_thresholds that the card does not have are
// ignored.
std::vector<LabelThreshold> label_thresholds(const ModelCard& card,
                                             const PostprocessConfig& config);

}  // namespace rookery
