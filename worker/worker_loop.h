// The one loop of every worker, whichever engine hosts it: take work, do it, answer.
#pragma once

#include <cstdint>

#include "ipc/channel.h"
#include "rookery/result.h"
#include "worker/task_runner.h"

namespace rookery {

// Ends well on Stop. What is wrong with a recording or in the model's forward becomes WorkFailed;
// an Error (stage "worker" or the channel's) means that the worker cannot go on.
Status run_worker_loop(WorkerChannel& channel, TaskRunner& runner, const WorkerIdentity& identity,
                       std::int32_t test_delay_limit_ms);

}  // namespace rookery
