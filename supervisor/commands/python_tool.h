// Programs in Python that come with Rookery.
#pragma once

#include <string>
#include <vector>

#include "supervisor/pool/child_process.h"

namespace rookery {

// The Python that runs them: ROOKERY_PYTHON, or the one that ./bootstrap.sh installed, or what PATH
// has.
std::string python();

// A tool of tools/, ready to be started. `name` is its file's.
ChildOptions python_tool(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace rookery
