// What a bench says of its cells' outputs.
#pragma once

#include <string>
#include <vector>

#include "supervisor/bench/bench_results.h"

namespace rookery {

// Whole sentences; none if every recording was done and all cells were to give the same bytes and
// did.
std::vector<std::string> output_sentences(const BenchResults& results);

}  // namespace rookery
