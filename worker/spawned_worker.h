// A worker process that was exec'd: it has loaded nothing yet.
#pragma once

#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/unique_fd.h"

namespace rookery {

// A store of weights, and the model that it must hold.
struct InheritedStore {
  UniqueFd fd;
  std::string digest;
};

// With shared weights attaches to the stores, one for each model. The process's exit code.
int run_spawned_worker(const WorkerSettings& settings, const std::vector<SlotStart>& slots,
                       std::vector<InheritedStore> stores);

}  // namespace rookery
