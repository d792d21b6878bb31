#include "supervisor/sync_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "rookery/unique_fd.h"
#include "supervisor/system_error.h"

namespace rookery {

Status sync_folder_of(std::string_view stage, const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.native();
  const UniqueFd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return system_error(stage, folder, "opened", errno);
  // Some file systems know no fsync of a folder (EINVAL): there is nothing to be had then.
  if (fsync(fd.get()) != 0 && errno != EINVAL) return system_error(stage, folder, "written", errno);
  return Done{};
}

}  // namespace rookery
