// The name of contents: a model's, a word list's. Needs no LibTorch, so that the supervisor's
// commands can use it.
#pragma once

#include <string>
#include <string_view>

#include "rookery/result.h"

namespace rookery {

// SHA-256 of the file's bytes in lower-case hexadecimal; of a package (a folder *.pt2), of the
// lines "digest name" of its files, by name. Only regular files are read. Error stage "model".
Result<std::string> model_digest(const std::string& path);
// The same of bytes in memory.
std::string digest_of(std::string_view bytes);

}  // namespace rookery
