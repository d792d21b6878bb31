// Which cores each of a run's workers is pinned to. Pure.
#pragma once

#include <optional>
#include <vector>

#include "rookery/core_set.h"
#include "rookery/result.h"
#include "supervisor/host/cpu_topology.h"

namespace rookery {

// Logical cores of the mask, but no more than the quota has whole CPUs; at least one.
int cores_to_be_had(const CpuTopology& topology, std::optional<double> quota);

// As many as physical cores suffice for, and the quota's whole CPUs; at least one.
int usual_workers(const CpuTopology& topology, std::optional<double> quota, int intra_op);

struct WantedWorkers {
  int workers = 0;      // 0: usual_workers()
  int intra_op = 1;     // cores for each: one for each thread inside its operators
  bool helper = false;  // each has another thread, which reads ahead
  bool pin = true;
  bool oversubscribe = false;  // workers may need more cores than there are
};

struct Placement {
  std::vector<CoreSet> cores;  // by worker
};

// Each worker's cores are its own and of one NUMA node as far as nodes have that many left, on
// physical cores of their own as long as those last; nodes take turns. A worker's cores don't
// depend on how many workers follow it. Helpers give each worker a core more if there are physical
// cores for that, else they share the worker's. Pinned workers that need more cores than are to be
// had are an Error of stage "config" unless `oversubscribe`, which goes round the cores again.
Result<Placement> place_workers(const CpuTopology& topology, std::optional<double> quota,
                                const WantedWorkers& wanted);

}  // namespace rookery
