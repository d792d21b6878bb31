// A made-up /proc and /sys/fs/cgroup in a temporary folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "supervisor/host/control_groups.h"
#include "tests/temporary_folder.h"

namespace rookery {

class MadeUpHost {
 public:
  // `relative`: proc/… or cgroup/…
  void write(const std::filesystem::path& relative, const std::string& text) const {
    const auto path = folder_.path() / relative;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  HostFiles files() const { return {folder_.path() / "proc", folder_.path() / "cgroup"}; }
  std::string file(const std::string& relative) const { return folder_ / relative; }

 private:
  TemporaryFolder folder_;
};

}  // namespace rookery
