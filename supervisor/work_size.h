// How much a message asks of a worker, for judging how long it may take.
#pragma once

#include <cstdint>
#include <vector>

#include "supervisor/pool/worker_pool.h"
#include "supervisor/task_deadlines.h"

namespace rookery {

// `forward_seconds`: of one full batch when warm, by model. `file_bytes`: of a probe's recording.
WorkSize size_of(const WorkItem& item, const std::vector<double>& forward_seconds,
                 std::int64_t file_bytes);
// The same with the size that a probe's recording has now.
WorkSize size_of(const WorkItem& item, const std::vector<double>& forward_seconds);

}  // namespace rookery
