// Two ways to start a process of workers: fork, and fork + exec.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "worker/prepared_model.h"
#include "worker/worker_process.h"

namespace rookery {

// Starts one process that hosts these slots; its id. Error stage "worker". Call it from the main
// thread, since a child ends with the thread that forked it.
using StartProcess = std::function<Result<pid_t>(const std::vector<SlotStart>&)>;

// Children go on with everything that this process has loaded. It must have one thread.
StartProcess fork_starter(const WorkerSettings& settings, const PreparedModels& prepared);

// Children are a rookery-worker each, which reads the same settings and attaches to the store.
StartProcess spawn_starter(int settings_fd, const PreparedModels& prepared);

// Where workers get their models: those given, and where one is null a copy of their own from the
// model file. The settings outlive it.
ModelSource model_source(const WorkerSettings& settings, std::vector<HostedModel> hosted);

}  // namespace rookery
