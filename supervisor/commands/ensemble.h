// Which models can be averaged.
#pragma once

#include <vector>

#include "rookery/model_card.h"
#include "rookery/result.h"

namespace rookery {

// Models of an ensemble see the same segments and give the same numbers for them: one geometry,
// kind of output and label set; front end and activation are each one's own. An Error of stage
// "config" names the first model that does not fit the first, and why; embeddings and models that
// carry state cannot be averaged.
Status check_ensemble(const std::vector<ModelCard>& cards);

}  // namespace rookery
