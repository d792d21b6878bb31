#include "supervisor/inputs/folder_walk.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "supervisor/inputs/input_names.h"

namespace rookery {

namespace fs = std::filesystem;

namespace {

// Costs no system call where the folder itself tells its entries' types (symlink_status() always
// does). What can't be looked at is taken for a folder, so that entering it tells the reason.
bool is_folder_to_enter(const fs::directory_entry& entry) {
  std::error_code error;
  const bool is_folder = !entry.is_symlink(error) && entry.is_directory(error);
  return is_folder || (error && error != std::errc::no_such_file_or_directory);
}

}  // namespace

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
    const std::string name = at->path().filename().string();
    const bool is_recording = is_recording_name(name);
    if (is_recording || is_folder_to_enter(*at)) folder.entries.push_back({name, !is_recording});
  }
  if (error) {
    fault_ = Found{path, key, Error{"input", "the folder can't be read: " + error.message(), ""}};
  }
  std::sort(folder.entries.begin(), folder.entries.end(),
            [](const Entry& a, const Entry& b) { return a.name > b.name; });
  way_down_.push_back(std::move(folder));
}

}  // namespace rookery
