// Passes over one made-up recording by models of every kind.
#pragma once

#include <vector>

#include "supervisor/model_pass.h"

namespace rookery::fuzz {

// Every kind of post-processing once.
const std::vector<WorkShape>& example_shapes();
// At its beginning.
ModelPass example_pass(const WorkShape& shape);
// Gives it the scores of its next batch, as a worker would send them. Precondition: not exhausted.
void go_on(ModelPass& pass, const WorkShape& shape);

}  // namespace rookery::fuzz
