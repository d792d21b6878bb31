// How much memory a worker's process may still take.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

// What these workers of one process may take beyond what it has when their work begins, in bytes:
// for each twice max_memory_bytes (a worker above that is replaced after its task, so the limit for
// one that runs away lies higher), the stacks of its threads and a reserve for addresses that
// allocators hold unused; with private weights also what loading them takes. 0: no limit.
std::int64_t memory_allowance(const WorkerSettings& settings, std::size_t workers);

// From now on an allocation fails that would bring this process's private writable memory, mappings
// included and whether touched or not (RLIMIT_DATA), to more than it is now and this much more.
// Shared memory and files that are read do not count. A limit that is lower stays. Error stage
// "sandbox".
Status limit_memory(std::int64_t allowance_bytes);

// Whether the kernel keeps such a limit: tried in a child, which ends.
bool memory_limit_holds();

}  // namespace rookery
