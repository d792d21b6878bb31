// What of a bench config a search looks through.
#pragma once

#include "supervisor/bench/bench_config.h"

namespace rookery {

// The combinations of the matrix alone: keys of `vary` keep the baseline's value, so that cells
// have the ids that they have in a bench of the same config. Figures, which a search does not draw,
// are left out.
BenchConfig search_space(BenchConfig config);

}  // namespace rookery
