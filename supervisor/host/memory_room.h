// How much memory there is still to be had, of the host and of this process's control groups.
#pragma once

#include <cstdint>
#include <vector>

#include "supervisor/host/control_groups.h"

namespace rookery {

struct MemoryRoom {
  std::int64_t available_bytes = 0;  // without swapping, what the page cache would give up included
  std::int64_t total_bytes = 0;

  bool operator==(const MemoryRoom&) const = default;
};

// The host's and those of each group with a limit; none that cannot be read.
std::vector<MemoryRoom> memory_rooms(const HostFiles& files = {});

}  // namespace rookery
