#include "supervisor/host/control_groups.h"

#include <fstream>
#include <sstream>

namespace rookery {
namespace {

namespace fs = std::filesystem;

void add_up_to_root(std::vector<ControlGroup>& groups, const fs::path& mount, const fs::path& group,
                    int version) {
  for (fs::path relative = group.relative_path(); !relative.empty();
       relative = relative.parent_path()) {
    groups.push_back({mount / relative, version});
  }
  groups.push_back({mount, version});
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

std::vector<ControlGroup> control_groups(const HostFiles& files, const std::string& controller) {
  std::vector<ControlGroup> groups;
  std::ifstream own(files.proc / "self" / "cgroup");
  std::string line;  // "4:cpu,cpuacct:/some/group"; version 2 is "0::/some/group"
  while (std::getline(own, line)) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = line.substr(second + 1);
    if (controllers.empty()) {
      add_up_to_root(groups, files.cgroup, group, 2);
      add_up_to_root(groups, files.cgroup / "unified", group, 2);
    } else if (names_controller(controllers, controller)) {
      add_up_to_root(groups, files.cgroup / controllers, group, 1);
      if (controllers != controller) add_up_to_root(groups, files.cgroup / controller, group, 1);
    }
  }
  return groups;
}

}  // namespace rookery
