// Whole small text files.
#pragma once

#include <string>

#include "rookery/result.h"

namespace rookery {

// The bytes of a file, pipes included, up to 64 MiB. Errors carry `stage` and name the path.
Result<std::string> read_text_file(const std::string& path, const std::string& stage);

}  // namespace rookery
