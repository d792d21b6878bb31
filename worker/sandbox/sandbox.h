// What a worker may still do once it takes work. The order is fixed: enter_sandbox() while the
// process has one thread, then ZeroMQ's threads and connections, then close_sandbox().
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

// Limits, and Landlock: only the recordings, models and what the process itself runs on can be
// read. Does nothing if the settings turn the sandbox off. What came into force; error stage
// "sandbox".
Result<SandboxState> enter_sandbox(const WorkerSettings& settings, std::size_t workers);

// The limit of memory, when LibTorch is there, and seccomp, on all threads. Adds to `state`. Does
// nothing if the settings turn the sandbox off.
Status close_sandbox(const WorkerSettings& settings, std::size_t workers, SandboxState& state);

// Both at once, for a process that reads one recording.
Result<SandboxState> seal_off(const std::string& recording);

// What both would put in force here: tried in a child, which ends. Nothing if it fails; an Error of
// stage "start" if no process can be started, or each is killed from outside.
Result<SandboxState> try_sandbox();

// What a process reads for itself: shared libraries, some of /proc and /sys.
std::vector<std::string> own_readable_paths();

}  // namespace rookery
