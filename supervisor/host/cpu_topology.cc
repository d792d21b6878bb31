#include "supervisor/host/cpu_topology.h"

#include <fmt/format.h>
#include <hwloc.h>

#include <algorithm>
#include <map>
#include <memory>

namespace rookery {
namespace {

struct DestroyTopology {
  void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
};
using TopologyHandle = std::unique_ptr<hwloc_topology, DestroyTopology>;

struct FreeBitmap {
  void operator()(hwloc_bitmap_t bitmap) const { hwloc_bitmap_free(bitmap); }
};
using Bitmap = std::unique_ptr<hwloc_bitmap_s, FreeBitmap>;

Error no_topology(const std::string& what) {
  return Error{"start", "the host's processors cannot be listed: " + what,
               "run with --set pin=false and --workers N"};
}

Result<TopologyHandle> load(const std::optional<std::string>& synthetic) {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) return no_topology("hwloc does not start");
  TopologyHandle topology(raw);
  if (synthetic && hwloc_topology_set_synthetic(raw, synthetic->c_str()) != 0) {
    return no_topology("not a synthetic description: " + *synthetic);
  }
  if (hwloc_topology_load(raw) != 0) return no_topology("hwloc finds nothing");
  return topology;
}

int ancestor_index(hwloc_topology_t topology, hwloc_obj_t processor, hwloc_obj_type_t type,
                   int otherwise) {
  hwloc_obj_t ancestor = hwloc_get_ancestor_obj_by_type(topology, type, processor);
  return ancestor == nullptr ? otherwise : static_cast<int>(ancestor->logical_index);
}

int numa_node(hwloc_obj_t processor) {
  const int first = hwloc_bitmap_first(processor->nodeset);
  return std::max(first, 0);
}

std::vector<Core> list_cores(hwloc_topology_t topology, hwloc_const_bitmap_t allowed) {
  std::vector<Core> cores;
  hwloc_obj_t processor = nullptr;
  while ((processor = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, processor)) != nullptr) {
    const auto os_index = static_cast<int>(processor->os_index);
    if (allowed != nullptr && !hwloc_bitmap_isset(allowed, processor->os_index)) continue;
    cores.push_back({os_index, ancestor_index(topology, processor, HWLOC_OBJ_CORE, os_index),
                     ancestor_index(topology, processor, HWLOC_OBJ_PACKAGE, 0),
                     numa_node(processor)});
  }
  return cores;
}

// Sort key: (nth sibling on its physical core, nth physical core on its socket, socket).
void order_by_worth(std::vector<Core>& cores) {
  std::map<int, int> siblings_seen;
  std::map<int, std::map<int, int>> core_ranks;  // socket → physical core → rank
  std::map<int, std::tuple<int, int, int>> worth;
  for (const Core& core : cores) {
    auto& ranks = core_ranks[core.socket];
    const auto rank = ranks.try_emplace(core.physical_core, static_cast<int>(ranks.size()));
    worth[core.os_index] = {siblings_seen[core.physical_core]++, rank.first->second, core.socket};
  }
  std::sort(cores.begin(), cores.end(), [&](const Core& a, const Core& b) {
    return worth.at(a.os_index) < worth.at(b.os_index);
  });
}

template <class Project>
int count_distinct(const std::vector<Core>& cores, Project project) {
  std::set<int> seen;
  for (const Core& core : cores) seen.insert(project(core));
  return static_cast<int>(seen.size());
}

Result<CpuTopology> describe(hwloc_topology_t topology, hwloc_const_bitmap_t allowed) {
  CpuTopology described;
  described.cores = list_cores(topology, allowed);
  if (described.cores.empty()) return no_topology("no processor is allowed");
  order_by_worth(described.cores);
  described.physical_cores =
      count_distinct(described.cores, [](const Core& core) { return core.physical_core; });
  described.sockets = count_distinct(described.cores, [](const Core& core) { return core.socket; });
  described.numa_nodes =
      count_distinct(described.cores, [](const Core& core) { return core.numa_node; });
  return described;
}

}  // namespace

Result<CpuTopology> host_topology() {
  auto topology = load(std::nullopt);
  if (!topology) return topology.error();
  const Bitmap mask(hwloc_bitmap_alloc());
  if (hwloc_get_cpubind(topology->get(), mask.get(), HWLOC_CPUBIND_PROCESS) != 0) {
    return no_topology("the inherited affinity mask cannot be read");
  }
  return describe(topology->get(), mask.get());
}

Result<CpuTopology> synthetic_topology(const std::string& description,
                                       const std::optional<std::set<int>>& allowed) {
  auto topology = load(description);
  if (!topology) return topology.error();
  if (!allowed) return describe(topology->get(), nullptr);
  const Bitmap mask(hwloc_bitmap_alloc());
  for (const int processor : *allowed)
    hwloc_bitmap_set(mask.get(), static_cast<unsigned>(processor));
  return describe(topology->get(), mask.get());
}

}  // namespace rookery
