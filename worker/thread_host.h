// Hosts worker loops in this process: in the main thread, or each in a thread of its own.
#pragma once

#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "shm/beacon.h"
#include "worker/worker_process.h"

namespace rookery {

// What all workers of a process share.
struct WorkerHost {
  const WorkerSettings& settings;
  const ModelSource& model_source;
  Beacon& beacon;
  const SandboxState& sandbox;  // by enter_sandbox(); the hosts close it
};

// Pins the thread, connects, says Hello, closes the sandbox, gets its models, says Ready, runs the
// loop. Error: why it ended early.
Status run_in_this_thread(const WorkerHost& host, const SlotStart& slot);

// The same for each slot in its own thread, all connected before the sandbox is closed; ends when
// all have, or with the first Error. The other threads still run then and use `host`: end the
// process at once.
Status run_in_threads(const WorkerHost& host, const std::vector<SlotStart>& slots);

}  // namespace rookery
