// The limit on open files of a process.
#pragma once

#include <cstdint>
#include <string>

#include "rookery/result.h"

namespace rookery {

// Raises the limit of this process, and of those it starts, to `needed` where it is lower. An Error
// of stage "start" that tells both numbers if the host allows less. `whose` says in words what
// needs them.
Status allow_open_files(std::int64_t needed, const std::string& whose);

}  // namespace rookery
