// What `rookery prepare` is told by rookery-worker, as one line of JSON.
#pragma once

#include <string>

#include "worker/prepare/preparation.h"

namespace rookery {

// {"steps": [{"name", "kept", "reason"}], "bfloat16", "before_ms", "after_ms",
// "largest_difference", "probe", "original_digest", "torch_version", "cpu_capability"}, or
// {"error": {"stage", "reason", "remedy"}}.
std::string prepare_model_file(const PreparationOrder& order);
std::string compare_package_folder(const PreparationOrder& order);

}  // namespace rookery
