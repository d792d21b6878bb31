// The name of a model's contents. Needs no LibTorch, so that the supervisor's commands can use it.
#pragma once

#include <string>

#include "rookery/result.h"

namespace rookery {

// SHA-256 of the file's bytes in lower-case hexadecimal. Only regular files are read. Error stage
// "model".
Result<std::string> model_digest(const std::string& path);

}  // namespace rookery
