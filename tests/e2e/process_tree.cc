#include "tests/e2e/process_tree.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace rookery::e2e {
namespace {

namespace fs = std::filesystem;

// What can be read of it: a process may end meanwhile, which is no error here.
std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

fs::path folder_of(pid_t process) { return fs::path("/proc") / std::to_string(process); }

std::vector<pid_t> all_processes() {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") == std::string::npos) found.push_back(std::stoi(name));
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The value that follows "Name:" in /proc/PID/status.
std::string status_field(pid_t process, const std::string& name) {
  std::istringstream lines(text_of(folder_of(process) / "status"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    std::string value;
    words >> key >> value;
    if (key == name + ":") return value;
  }
  return "";
}

bool runs(pid_t process) {
  const std::string state = status_field(process, "State");
  return !state.empty() && state != "Z" && state != "X";
}

// "7f..-7f.. r--s 00000000 00:01 1234   /memfd:... (deleted)"; an empty permissions if it is none.
Mapping parse_mapping(const std::string& line) {
  Mapping mapping;
  std::istringstream words(line);
  std::string range;
  std::string offset;
  std::string device;
  words >> range >> mapping.permissions >> offset >> device >> mapping.inode;
  if (!words || range.find('-') == std::string::npos) return {};
  std::getline(words >> std::ws, mapping.name);
  return mapping;
}

std::set<std::string> open_files(pid_t process) {
  std::set<std::string> names;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder_of(process) / "fd", failure)) {
    names.insert(fs::read_symlink(entry.path(), failure).string());
  }
  return names;
}

}  // namespace

bool eventually(const std::function<bool()>& holds, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

Mark Mark::make() {
  static std::atomic<int> count = 0;
  return {std::to_string(getpid()) + "-" + std::to_string(++count)};
}

std::vector<pid_t> processes_with(const Mark& mark) {
  const std::string wanted = std::string(Mark::kVariable) + "=" + mark.value + '\0';
  std::vector<pid_t> found;
  for (const pid_t process : all_processes()) {
    const std::string environment = text_of(folder_of(process) / "environ");
    if (environment.find(wanted) != std::string::npos && runs(process)) found.push_back(process);
  }
  return found;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const pid_t process : all_processes()) {
    if (status_field(process, "PPid") == std::to_string(parent) && runs(process)) {
      found.push_back(process);
    }
  }
  return found;
}

std::string program_name(pid_t process) {
  std::error_code failure;
  return fs::read_symlink(folder_of(process) / "exe", failure).filename().string();
}

std::vector<Mapping> mappings_of(pid_t process, const std::string& text) {
  std::vector<Mapping> found;
  bool wanted = false;
  std::istringstream lines(text_of(folder_of(process) / "smaps"));
  for (std::string line; std::getline(lines, line);) {
    if (const Mapping mapping = parse_mapping(line); !mapping.permissions.empty()) {
      wanted = mapping.name.find(text) != std::string::npos;
      if (wanted) found.push_back(mapping);
      continue;
    }
    std::istringstream words(line);
    std::string key;
    std::int64_t kibibytes = 0;
    words >> key >> kibibytes;
    if (wanted && key == "Size:") found.back().size_bytes = kibibytes * 1024;
    if (wanted && key == "Pss:") found.back().pss_bytes = kibibytes * 1024;
  }
  return found;
}

std::int64_t private_bytes(pid_t process) {
  std::int64_t kibibytes = 0;
  std::istringstream lines(text_of(folder_of(process) / "smaps_rollup"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Private_Dirty:")) kibibytes = std::stoll(line.substr(14));
  }
  return kibibytes * 1024;
}

std::set<std::string> files_held_in(pid_t process, const std::string& folder) {
  std::set<std::string> names = open_files(process);
  for (const Mapping& mapping : mappings_of(process, folder)) names.insert(mapping.name);
  std::erase_if(names, [&](const std::string& name) {
    return !name.starts_with(folder + "/") || name.ends_with(" (deleted)");
  });
  return names;
}

}  // namespace rookery::e2e
