// What of the workers' sandbox is in force, in words.
#pragma once

#include <string>

#include "ipc/protocol.h"

namespace rookery {

// One line: what workers are kept from, by what, and what they may read.
std::string describe(const SandboxState& sandbox);

}  // namespace rookery
