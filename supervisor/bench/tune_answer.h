// What a search found, in plain words.
#pragma once

#include <string>
#include <vector>

#include "supervisor/bench/tune_results.h"

namespace rookery {

// Whole sentences, the answer first, then what qualifies it.
std::vector<std::string> answer_of_search(const TuneResults& results);

}  // namespace rookery
