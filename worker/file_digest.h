// The name of a file's contents.
#pragma once

#include <stop_token>
#include <string>

#include "rookery/result.h"

namespace rookery {

// SHA-256 of the file's bytes in lower-case hexadecimal. Error (stage "input"): it is no regular
// file, can't be read, or `stop` came meanwhile.
Result<std::string> file_digest(const std::string& path, const std::stop_token& stop = {});

}  // namespace rookery
