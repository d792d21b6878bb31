#include "supervisor/host/cpu_quota.h"

#include <fstream>
#include <string>

namespace rookery {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

std::optional<double> cpu_quota(const HostFiles& files) {
  std::optional<double> smallest;
  for (const ControlGroup& group : control_groups(files, "cpu")) {
    const auto quota = group.version == 2 ? quota_v2(group.folder) : quota_v1(group.folder);
    if (quota && (!smallest || *quota < *smallest)) smallest = quota;
  }
  return smallest;
}

}  // namespace rookery
