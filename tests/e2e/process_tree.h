// Looking at processes from outside, by /proc.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace rookery::e2e {

// Asks every few milliseconds whether it holds yet, for at most so long. For what has no event to
// wait for; the limit only ends a test that has failed.
bool eventually(const std::function<bool()>& holds,
                std::chrono::seconds limit = std::chrono::seconds(60));

// An environment variable of a program and so of all it starts, whoever their parents are by now.
struct Mark {
  static constexpr const char* kVariable = "ROOKERY_TEST_MARK";
  std::string value;

  // Another for each call in this or any other process.
  static Mark make();
};

// Running processes (no zombies) that carry the mark.
std::vector<pid_t> processes_with(const Mark& mark);
// Running children, in the order of their ids.
std::vector<pid_t> children_of(pid_t parent);

// The last part of what /proc/PID/exe names.
std::string program_name(pid_t process);

// One mapping of a process: what it maps, and what of that counts for this process.
struct Mapping {
  std::string name;  // a path, or as the kernel names it, e.g. "/memfd:rookery-weights (deleted)"
  std::uint64_t inode = 0;
  std::string permissions;  // e.g. "r--s"
  std::int64_t size_bytes = 0;
  std::int64_t pss_bytes = 0;
};
// Mappings whose name contains `text`.
std::vector<Mapping> mappings_of(pid_t process, const std::string& text);

// Memory that is this process's alone (Private_Dirty of all its mappings).
std::int64_t private_bytes(pid_t process);

// What the process has open or mapped that lies in `folder` under a name.
std::set<std::string> files_held_in(pid_t process, const std::string& folder);

}  // namespace rookery::e2e
