// Limits of a worker's process.
#pragma once

#include <cstddef>

#include "rookery/result.h"

namespace rookery {

// No core dumps; as many descriptors as this many workers need; files grow no further than 16 MiB
// past what standard error leads to, for a worker's last words. Limits that are lower stay.
// Memory is not limited here: LibTorch and its allocators reserve far more addresses than they use,
// so that RLIMIT_AS and RLIMIT_DATA would hit healthy workers first. Error stage "sandbox".
Status limit_process(std::size_t workers);

}  // namespace rookery
