// How much CPU time the control groups of this process grant, versions 1 and 2.
#pragma once

#include <filesystem>
#include <optional>

namespace rookery {

// The smallest quota on the way from this process's own group to the root, in CPUs (1.5: one and a
// half cores); nullopt when no group sets one. `proc_root` and `cgroup_root` are /proc and
// /sys/fs/cgroup, given from outside so that tests can lay out any host.
std::optional<double> cpu_quota(const std::filesystem::path& proc_root = "/proc",
                                const std::filesystem::path& cgroup_root = "/sys/fs/cgroup");

}  // namespace rookery
