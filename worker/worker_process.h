// A process that hosts workers: what both a forked and a spawned one do.
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "worker/hosted_model.h"

namespace rookery {

// Gives a worker its models: the shared ones, or new copies each time. Called in the worker's
// thread.
using ModelSource = std::function<Result<std::vector<HostedModel>>()>;

// Ends with its parent: takes SIGKILL when the calling thread's parent thread ends, and fails if
// that has happened already. Call it from the main thread.
Status tie_to_parent(pid_t parent);

// SIGINT and SIGTERM reach the whole group: workers leave it to the supervisor to act on them.
void ignore_interrupts();

// Hosts a worker for each slot until they are told to stop. `sandbox`: what enter_sandbox() has put
// in force. The process's exit code; after an Error it ends the process itself.
int run_worker_process(const WorkerSettings& settings, const std::vector<SlotStart>& slots,
                       const ModelSource& model_source, const SandboxState& sandbox);

}  // namespace rookery
