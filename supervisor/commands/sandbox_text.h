// What of the workers' sandbox is in force, in words.
#pragma once

#include <cstdint>
#include <string>

#include "ipc/protocol.h"

namespace rookery {

// One line: what workers are kept from, by what, and what they may read.
std::string describe(const SandboxState& sandbox);

// One line: when a worker that is to have so much of its own is refused more.
std::string describe_memory_limit(std::int64_t own_bytes);

}  // namespace rookery
