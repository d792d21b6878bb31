// Landlock: the kernel lets a thread give up rights on files for itself and all it starts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// From now on the calling thread, and every thread it starts, may only read, and only these files
// and what lies below these folders (links are followed once, now; what does not exist is passed
// over); it may execute nothing and, from ABI 4 on, bind and connect no TCP socket. Descriptors
// that are open stay as they are. Other threads are not touched: call it while there are none.
// The version of Landlock in force, 0 if the kernel has none. Error stage "sandbox".
Result<std::int32_t> allow_only_reading(const std::vector<std::string>& paths);

}  // namespace rookery
