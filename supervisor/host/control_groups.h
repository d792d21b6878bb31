// The control groups that this process is in, versions 1 and 2.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rookery {

// Where the kernel's files are; given from outside so that tests can lay out any host.
struct HostFiles {
  std::filesystem::path proc = "/proc";
  std::filesystem::path cgroup = "/sys/fs/cgroup";
};

struct ControlGroup {
  std::filesystem::path folder;
  int version = 2;
};

// Folders of this process's groups that a controller ("cpu", "memory") may have files in, from its
// own group up to the root. A container often sees its own group's path from outside while the
// mount shows just what is inside: folders need not exist.
std::vector<ControlGroup> control_groups(const HostFiles& files, const std::string& controller);

}  // namespace rookery
