// The journal of an existing output folder, for commands that only read.
#pragma once

#include <memory>
#include <string>

#include "rookery/exit_codes.h"
#include "rookery/result.h"
#include "supervisor/journal/journal.h"

namespace rookery {

// An Error with the stage "output" if the folder holds no journal, "journal" if it is damaged or
// not to be read.
Result<std::unique_ptr<Journal>> open_output_journal(const std::string& folder);
// With which exit code the command should say such an error.
ExitCode exit_code_of(const Error& error);

}  // namespace rookery
