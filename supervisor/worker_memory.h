// How much memory a worker is to have of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rookery/run_config.h"
#include "supervisor/host/memory_room.h"

namespace rookery {

// A worker with more is replaced after its task; in a sandbox, an allocation that leads to about
// twice as much fails. What max_worker_memory says or, where that is none and the sandbox is on, a
// quarter of the memory that the host or the smallest control group has altogether, and for several
// workers of one process their part of half of it; at least half a gigabyte, which healthy workers
// may have. In bytes; 0: no limit.
std::int64_t own_memory_bytes(const RunConfig& config, std::size_t workers,
                              const std::vector<MemoryRoom>& rooms);

}  // namespace rookery
