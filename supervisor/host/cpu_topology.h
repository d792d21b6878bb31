// Which cores workers may be pinned to (host/worker_placement), in the order in which they are
// worth having.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// One logical processor by the operating system's index.
struct Core {
  int os_index = 0;
  int physical_core = 0;  // logical processors of one physical core share it
  int socket = 0;
  int numa_node = 0;

  bool operator==(const Core&) const = default;
};

struct CpuTopology {
  // Usable cores: one logical processor of each physical core first (sockets in turn, so that few
  // workers get most memory bandwidth), then their siblings in the same order.
  std::vector<Core> cores;
  int physical_cores = 0;
  int sockets = 0;
  int numa_nodes = 0;
};

// This host's, restricted to the affinity mask we inherited.
Result<CpuTopology> host_topology();

// A host described in hwloc's synthetic language, e.g. "pack:2 core:4 pu:2"; `allowed` restricts it
// to these processors. For tests.
Result<CpuTopology> synthetic_topology(const std::string& description,
                                       const std::optional<std::set<int>>& allowed);

}  // namespace rookery
