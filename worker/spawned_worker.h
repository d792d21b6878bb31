// A worker process that was exec'd: it has loaded nothing yet.
#pragma once

#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/unique_fd.h"

namespace rookery {

// With shared weights attaches to the store, which must hold the model of `digest`. The process's
// exit code.
int run_spawned_worker(const WorkerSettings& settings, const std::vector<SlotStart>& slots,
                       UniqueFd store_fd, const std::string& digest);

}  // namespace rookery
