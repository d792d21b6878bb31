// The journal of an existing output folder, for commands that only read.
#pragma once

#include <memory>
#include <string>

#include "rookery/result.h"
#include "supervisor/journal/journal.h"

namespace rookery {

// An Error (stage "journal") if the folder holds no journal.
Result<std::unique_ptr<Journal>> open_output_journal(const std::string& folder);

}  // namespace rookery
