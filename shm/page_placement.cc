#include "shm/page_placement.h"

#include <hwloc.h>

#include <memory>
#include <type_traits>

namespace rookery {
namespace {

// Smaller weights stay in every core's caches; not worth the milliseconds that reading the host
// takes.
constexpr std::size_t kWorthPlacingBytes = 4u << 20;

struct TopologyDeleter {
  void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
};
using Topology = std::unique_ptr<std::remove_pointer_t<hwloc_topology_t>, TopologyDeleter>;

// Memory nodes alone: leaving out caches and devices makes it quick to read.
Topology load_memory_nodes() {
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0) return nullptr;
  Topology owner(topology);
  hwloc_topology_set_all_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE);
  if (hwloc_topology_load(topology) != 0) return nullptr;
  return owner;
}

}  // namespace

void place_pages(std::span<std::byte> memory) {
  if (memory.size() < kWorthPlacingBytes) return;
  const Topology topology = load_memory_nodes();
  if (!topology) return;
  if (!should_interleave(hwloc_get_nbobjs_by_type(topology.get(), HWLOC_OBJ_NUMANODE))) return;
  hwloc_set_area_membind(topology.get(), memory.data(), memory.size(),
                         hwloc_topology_get_topology_nodeset(topology.get()),
                         HWLOC_MEMBIND_INTERLEAVE, HWLOC_MEMBIND_BYNODESET);
}

}  // namespace rookery
