// What the kernel tells of this process.
#pragma once

#include <cstdint>

#include "rookery/result.h"

namespace rookery {

// Threads it has now. Error stage "worker": /proc cannot be read.
Result<std::int32_t> own_thread_count();

// A field of /proc/self/status that is memory, such as "VmRSS:", in bytes; 0 where the kernel does
// not tell.
std::int64_t own_status_bytes(const char* field);

// Memory that it alone has written: Private_Dirty of /proc/self/smaps_rollup, in bytes; −1 where
// the kernel does not tell.
std::int64_t own_private_dirty_bytes();

}  // namespace rookery
