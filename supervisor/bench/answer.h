// What a bench found, in plain words.
#pragma once

#include <string>
#include <vector>

#include "supervisor/bench/bench_results.h"

namespace rookery {

// Whole sentences, the answer first, then what qualifies it. `answer` of `results` is not looked
// at. A difference is claimed where the 95% interval of the speed-up leaves out 1.
std::vector<std::string> plain_answer(const BenchResults& results, int cores);

}  // namespace rookery
