// The bytes of a file, however long it is.
#pragma once

#include <optional>
#include <string>

#include "rookery/result.h"

namespace rookery {

// nullopt if there is no such file. A file that is there and cannot be read is an Error of stage
// "bench", never an empty one.
Result<std::optional<std::string>> bytes_if_there(const std::string& path);

// Likewise, of a file that must be there.
Result<std::string> bytes_of_file(const std::string& path);

}  // namespace rookery
