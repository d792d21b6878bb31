// Readers of the model card's larger sections. Errors go to the map's CardErrors.
#pragma once

#include <cstdint>

#include "rookery/model_card.h"
#include "supervisor/model_card/card_map.h"

namespace rookery {

// `segment`, `sample_rate` and `frame`: seconds to samples. What is no whole number of samples and
// frames (to 1e-6 of a sample) is an error that tells the nearest lengths that are.
SegmentGeometry read_geometry(CardMap& card);

// `front_end`, checked against the length of the model's input.
FrontEndParameters read_front_end(CardMap front_end, const SegmentGeometry& geometry);

}  // namespace rookery
