#include "supervisor/host/cpu_quota.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace rookery {
namespace {

namespace fs = std::filesystem;

void keep_smaller(std::optional<double>& smallest, std::optional<double> quota) {
  if (quota && (!smallest || *quota < *smallest)) smallest = quota;
}

// cpu.max holds "max 100000" or "150000 100000".
std::optional<double> quota_v2(const fs::path& group) {
  std::ifstream file(group / "cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return std::nullopt;
  return std::stod(quota) / period;
}

std::optional<double> quota_v1(const fs::path& group) {
  std::ifstream quota_file(group / "cpu.cfs_quota_us");
  std::ifstream period_file(group / "cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period) || quota <= 0 || period <= 0) {
    return std::nullopt;
  }
  return quota / period;
}

// From the group up to its mount point. A container often sees its own group's path from outside
// while the mount shows just what is inside: paths that don't exist are passed over.
template <class ReadQuota>
std::optional<double> smallest_up_to_root(const fs::path& mount, const fs::path& group,
                                          ReadQuota read_quota) {
  std::optional<double> smallest;
  for (fs::path relative = group.relative_path(); !relative.empty();
       relative = relative.parent_path()) {
    keep_smaller(smallest, read_quota(mount / relative));
  }
  keep_smaller(smallest, read_quota(mount));
  return smallest;
}

bool names_controller(const std::string& controllers, const std::string& wanted) {
  std::istringstream list(controllers);
  std::string name;
  while (std::getline(list, name, ',')) {
    if (name == wanted) return true;
  }
  return false;
}

}  // namespace

std::optional<double> cpu_quota(const fs::path& proc_root, const fs::path& cgroup_root) {
  std::optional<double> smallest;
  std::ifstream groups(proc_root / "self" / "cgroup");
  std::string line;  // "4:cpu,cpuacct:/some/group"; version 2 is "0::/some/group"
  while (std::getline(groups, line)) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = line.substr(second + 1);
    if (controllers.empty()) {
      keep_smaller(smallest, smallest_up_to_root(cgroup_root, group, quota_v2));
      keep_smaller(smallest, smallest_up_to_root(cgroup_root / "unified", group, quota_v2));
    } else if (names_controller(controllers, "cpu")) {
      keep_smaller(smallest, smallest_up_to_root(cgroup_root / controllers, group, quota_v1));
      keep_smaller(smallest, smallest_up_to_root(cgroup_root / "cpu", group, quota_v1));
    }
  }
  return smallest;
}

}  // namespace rookery
