#include "supervisor/host/worker_placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>

namespace rookery {
namespace {

using Cores = std::vector<Core>;

// At most the quota's whole cores, at least one.
int within_quota(int cores, std::optional<double> quota) {
  if (!quota) return cores;
  return std::clamp(static_cast<int>(std::floor(*quota + 1e-9)), 1, cores);
}

auto node_of(const Core& core) { return std::tuple(core.socket, core.numa_node); }

// The nth logical processors of all physical cores, for each n.
std::vector<Cores> split_by_sibling(const Cores& cores) {
  std::map<int, std::size_t> seen;  // of each physical core
  std::vector<Cores> split;
  for (const Core& core : cores) {
    const std::size_t nth = seen[core.physical_core]++;
    if (nth == split.size()) split.emplace_back();
    split[nth].push_back(core);
  }
  return split;
}

// In the order of their first cores: sockets in turn.
std::vector<Cores> split_by_node(const Cores& cores) {
  std::vector<Cores> nodes;
  for (const Core& core : cores) {
    const auto same = std::ranges::find_if(
        nodes, [&](const Cores& node) { return node_of(node.front()) == node_of(core); });
    (same == nodes.end() ? nodes.emplace_back() : *same).push_back(core);
  }
  return nodes;
}

void move_front(std::size_t count, Cores& from, Cores& to) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(count);
  to.insert(to.end(), from.begin(), end);
  from.erase(from.begin(), end);
}

// Sets of `size`, a set from each node in turn; what is left in them is too little for one.
void deal_sets(std::vector<Cores>& nodes, std::size_t size, Cores& dealt) {
  for (bool any = true; any;) {
    any = false;
    for (Cores& node : nodes) {
      if (node.size() < size) continue;
      move_front(size, node, dealt);
      any = true;
    }
  }
}

// All cores, ordered so that each `size` of them in a row are a worker's.
Cores in_sets_of(std::size_t size, const Cores& cores) {
  Cores dealt;
  Cores left;
  for (const Cores& siblings : split_by_sibling(cores)) {
    std::vector<Cores> nodes = split_by_node(siblings);
    deal_sets(nodes, size, dealt);
    std::ranges::sort(nodes, {}, [](const Cores& node) {
      return node.empty() ? std::tuple(0, 0) : node_of(node.front());
    });
    for (const Cores& node : nodes) left.insert(left.end(), node.begin(), node.end());
    move_front(left.size() / size * size, left, dealt);
  }
  dealt.insert(dealt.end(), left.begin(), left.end());
  return dealt;
}

CoreSet set_of(std::size_t worker, std::size_t size, const Cores& in_sets) {
  CoreSet set;
  for (std::size_t nth = 0; nth < std::min(size, in_sets.size()); ++nth) {
    set.push_back(in_sets[(worker * size + nth) % in_sets.size()].os_index);
  }
  std::ranges::sort(set);
  return set;
}

Error too_few_cores(const WantedWorkers& wanted, int workers, int cores,
                    std::optional<double> quota) {
  const bool wide = wanted.intra_op > 1;
  return {"config",
          fmt::format("workers is {}{}, but {} {} to be had here{}", workers,
                      wide ? fmt::format(" and intra_op {}", wanted.intra_op) : "", cores,
                      cores == 1 ? "core is" : "cores are",
                      quota ? fmt::format(" (the control group's quota is {:.2f} CPUs)", *quota)
                            : std::string()),
          fmt::format("fewer workers, {}or --oversubscribe, or --set pin=false",
                      wide ? "or a lower intra_op, " : "")};
}

}  // namespace

int cores_to_be_had(const CpuTopology& topology, std::optional<double> quota) {
  return within_quota(static_cast<int>(topology.cores.size()), quota);
}

int usual_workers(const CpuTopology& topology, std::optional<double> quota, int intra_op) {
  return std::max(within_quota(topology.physical_cores, quota) / intra_op, 1);
}

Result<Placement> place_workers(const CpuTopology& topology, std::optional<double> quota,
                                const WantedWorkers& wanted) {
  const int physical = within_quota(topology.physical_cores, quota);
  const int workers =
      wanted.workers > 0 ? wanted.workers : usual_workers(topology, quota, wanted.intra_op);
  const int to_be_had = cores_to_be_had(topology, quota);
  if (wanted.pin && !wanted.oversubscribe && workers * wanted.intra_op > to_be_had) {
    return too_few_cores(wanted, workers, to_be_had, quota);
  }
  Placement placement{std::vector<CoreSet>(static_cast<std::size_t>(workers))};
  if (!wanted.pin) return placement;
  const int with_helper = wanted.intra_op + 1;
  const bool room_for_helpers = wanted.helper && workers * with_helper <= physical;
  const auto size = static_cast<std::size_t>(room_for_helpers ? with_helper : wanted.intra_op);
  const Cores in_sets = in_sets_of(size, topology.cores);
  for (std::size_t worker = 0; worker < placement.cores.size(); ++worker) {
    placement.cores[worker] = set_of(worker, size, in_sets);
  }
  return placement;
}

}  // namespace rookery
