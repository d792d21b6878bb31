// On which NUMA nodes the pages of shared weights lie.
#pragma once

#include <cstddef>
#include <span>

namespace rookery {

// All workers read all weights: on several nodes the pages are dealt out in turn, so that no node's
// memory is the bottleneck; on one node there is nothing to choose.
constexpr bool should_interleave(int numa_nodes) { return numa_nodes > 1; }

// Deals the pages of `memory` out if it is large and this host calls for it. Before anything in it
// is touched. Without effect where the kernel does not allow it (containers): placement is speed,
// never a reason to fail.
void place_pages(std::span<std::byte> memory);

}  // namespace rookery
