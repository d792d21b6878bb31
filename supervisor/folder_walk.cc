#include "supervisor/folder_walk.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "supervisor/input_names.h"

namespace rookery {

namespace fs = std::filesystem;

FolderWalk::FolderWalk(const std::string& path, const std::string& key) { enter(path, key); }

std::optional<FolderWalk::Found> FolderWalk::next() {
  while (!way_down_.empty() || fault_) {
    if (fault_) return std::exchange(fault_, std::nullopt);
    Folder& folder = way_down_.back();
    if (folder.entries.empty()) {
      way_down_.pop_back();
      continue;
    }
    const Entry entry = std::move(folder.entries.back());
    folder.entries.pop_back();
    const std::string path = (fs::path(folder.path) / entry.name).string();
    const std::string key = join_key(folder.key, entry.name);
    if (!entry.is_folder) return Found{path, key, std::nullopt};
    enter(path, key);
  }
  return std::nullopt;
}

void FolderWalk::enter(const std::string& path, const std::string& key) {
  Folder folder{path, key, {}};
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    std::error_code unknown_type;
    const std::string name = at->path().filename().string();
    const bool is_folder = at->symlink_status(unknown_type).type() == fs::file_type::directory;
    if (is_recording_name(name)) {
      folder.entries.push_back({name, false});
    } else if (is_folder) {
      folder.entries.push_back({name, true});
    }
  }
  if (error) {
    fault_ = Found{path, key, Error{"input", "the folder can't be read: " + error.message(), ""}};
  }
  std::sort(folder.entries.begin(), folder.entries.end(),
            [](const Entry& a, const Entry& b) { return a.name > b.name; });
  way_down_.push_back(std::move(folder));
}

}  // namespace rookery
