// What runs gave, so that it can be compared: one copy of each different output.
#pragma once

#include <string>

#include "rookery/result.h"
#include "supervisor/bench/outputs_compared.h"

namespace rookery {

// SHA-256 over names and bytes of all exports in a run's output folder. The rows of its jsonl
// exports are kept as KEPT/DIGEST.jsonl, unless they are there already, and .npy exports by their
// names in KEPT/DIGEST.
Result<std::string> keep_output(const std::string& run_folder, const std::string& kept_folder);

// What that kept of one output.
Result<KeptOutput> kept_output(const std::string& kept_folder, const std::string& digest);

}  // namespace rookery
