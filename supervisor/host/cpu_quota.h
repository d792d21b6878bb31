// How much CPU time the control groups of this process grant.
#pragma once

#include <optional>

#include "supervisor/host/control_groups.h"

namespace rookery {

// The smallest quota on the way from this process's own group to the root, in CPUs (1.5: one and a
// half cores); nullopt when no group sets one.
std::optional<double> cpu_quota(const HostFiles& files = {});

}  // namespace rookery
