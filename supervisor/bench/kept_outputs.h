// What runs gave, so that it can be compared: one copy of each different output.
#pragma once

#include <string>

#include "rookery/result.h"

namespace rookery {

// SHA-256 over names and bytes of all exports in a run's output folder. The rows of its jsonl
// exports are kept as KEPT/DIGEST.jsonl, unless they are there already.
Result<std::string> keep_output(const std::string& run_folder, const std::string& kept_folder);

}  // namespace rookery
