// The labels file of a model directory.
#pragma once

#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// One label a line, in the order of the model's output. CRLF, a byte order mark and empty lines at
// the end are tolerated. Errors (stage "model") name file and line: an empty line in between, a
// label that comes twice, that is no UTF-8 or holds control characters; a file without labels.
Result<std::vector<std::string>> parse_labels(const std::string& text, const std::string& path);

}  // namespace rookery
