#include "supervisor/new_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "rookery/unique_fd.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStage = "export";

Error exists(const std::string& path) {
  return {std::string(kStage), fmt::format("{} exists", path), "name a folder that does not"};
}

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

Status sync(const fs::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd && ::fsync(fd.get()) == 0) return Done{};
  return system_error(kStage, path.native(), "written", errno);
}

Status sync_all(const std::string& folder) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (Status synced = sync(entry.path()); !synced) return synced;
  }
  return sync(folder);
}

fs::path parent_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

}  // namespace

Result<NewFolder> NewFolder::create(const std::string& final_path) {
  std::string path = without_trailing_slashes(final_path);
  std::error_code code;
  if (fs::exists(fs::symlink_status(path, code))) return exists(path);
  const fs::path parent = parent_of(path);
  fs::create_directories(parent, code);
  if (code) return system_error(kStage, parent.native(), "made", code.value());
  std::string temporary = parent / ".rookery-XXXXXX";
  if (::mkdtemp(temporary.data()) == nullptr) {
    return system_error(kStage, parent.native(), "written to", errno);
  }
  return NewFolder(std::move(path), std::move(temporary));
}

NewFolder::NewFolder(NewFolder&& other) noexcept
    : final_path_(std::move(other.final_path_)),
      temporary_path_(std::exchange(other.temporary_path_, "")) {}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!temporary_path_.empty()) fs::remove_all(temporary_path_, ignored);
}

std::string NewFolder::path(std::string_view name) const {
  return fmt::format("{}/{}", temporary_path_, name);
}

Status NewFolder::write(std::string_view name, std::string_view bytes) const {
  std::ofstream stream(path(name), std::ios::binary);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (stream) return Done{};
  return system_error(kStage, fmt::format("{}/{}", final_path_, name), "written", errno);
}

Status NewFolder::commit() {
  // As any folder that the user makes; mkdtemp's is for its owner alone.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  std::error_code code;
  fs::permissions(temporary_path_, static_cast<fs::perms>(0777 & ~mask), code);
  try {
    if (Status synced = sync_all(temporary_path_); !synced) return synced;
  } catch (const fs::filesystem_error& error) {
    return system_error(kStage, final_path_, "written", error.code().value());
  }
  if (::renameat2(AT_FDCWD, temporary_path_.c_str(), AT_FDCWD, final_path_.c_str(),
                  RENAME_NOREPLACE) != 0) {
    return errno == EEXIST ? exists(final_path_) : system_error(kStage, final_path_, "made", errno);
  }
  temporary_path_.clear();
  return sync(parent_of(final_path_));
}

}  // namespace rookery
