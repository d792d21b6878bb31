// A test hook: shuffles the order in which workers finish.
#pragma once

#include <cstdint>

#include "ipc/protocol.h"

namespace rookery {

// Milliseconds in [0, limit_ms], a pure function of worker and task; 0 for limit_ms 0.
std::int64_t test_delay_ms(const WorkerIdentity& worker, TaskId task, std::int32_t limit_ms);

}  // namespace rookery
