// rookery status --repair: makes a damaged output folder one that a run can take up.
#pragma once

#include <string>

#include "rookery/exit_codes.h"

namespace rookery {

// Says on standard output what was kept and where the damaged journal is now.
ExitCode repair_output(const std::string& folder);

}  // namespace rookery
