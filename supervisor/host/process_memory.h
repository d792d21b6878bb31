// Memory of processes as the kernel accounts it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace rookery {

struct ProcessMemory {
  std::int64_t pss_bytes = 0;  // shared pages divided by the number of those who map them
  std::int64_t rss_bytes = 0;
  std::int64_t private_dirty_bytes = 0;
  std::int64_t anonymous_bytes = 0;
  std::int64_t pss_shmem_bytes = 0;  // the part of PSS in shared memory: the model store

  ProcessMemory& operator+=(const ProcessMemory& other);
};

// From /proc/PID/smaps_rollup; nullopt when the process is gone. Reading it holds the process's
// mmap lock for milliseconds: not for hot paths.
std::optional<ProcessMemory> process_memory(pid_t pid);

// Of /proc/PID/status, cheap and a little behind; zeros when the process is gone.
struct ResidentMemory {
  std::int64_t rss_bytes = 0;  // shared pages whole
  std::int64_t anonymous_bytes = 0;
  std::int64_t shmem_bytes = 0;  // shared memory: the model store. What is left is mapped files
};
ResidentMemory resident_memory(pid_t pid);
std::int64_t anonymous_bytes(pid_t pid);

// `root` and all its descendants.
std::vector<pid_t> process_tree(pid_t root);

// Sum over process_tree(root).
ProcessMemory tree_memory(pid_t root);

// CPU time, user and system, of `root` and its descendants that live, in seconds.
double tree_cpu_seconds(pid_t root);

}  // namespace rookery
