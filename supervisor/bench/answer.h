// What a bench found, in plain words.
#pragma once

#include <string>
#include <vector>

#include "supervisor/bench/bench_results.h"

namespace rookery {

// Whole sentences, the answer first, then what qualifies it. `answer` of `results` is not looked
// at. A gain is claimed where the 95% interval of the speed-up leaves out 1 and so
// does a t-test, at 5% over all cells.
std::vector<std::string> plain_answer(const BenchResults& results, int cores, int usual_workers);

}  // namespace rookery
