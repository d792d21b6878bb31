// Limits of a worker's process.
#pragma once

#include <cstddef>

#include "rookery/result.h"

namespace rookery {

// No core dumps; as many descriptors as this many workers need; files grow no further than 16 MiB
// past what standard error leads to, for a worker's last words. Limits that are lower stay.
// Memory comes later (memory_limit). Error stage "sandbox".
Status limit_process(std::size_t workers);

}  // namespace rookery
