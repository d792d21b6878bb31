// A child with a process group of its own whose whole use of the host is told at its end.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

struct ProcessEnd {
  int wait_status = 0;
  rusage usage{};  // of the process and of all descendants that were waited for
};

// The child dies with the thread that started it. Owns the child: the destructor kills its group
// and reaps it. Not thread-safe.
class MeasuredProcess {
 public:
  // `command` begins with a program's path; standard output and standard error go to `output`.
  static Result<MeasuredProcess> start(const std::vector<std::string>& command, int output);

  MeasuredProcess(MeasuredProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}
  MeasuredProcess& operator=(MeasuredProcess&&) = delete;
  ~MeasuredProcess();

  pid_t pid() const { return pid_; }
  // For poll(): readable once it has ended.
  int fd() const { return pidfd_.get(); }
  void kill_group() const;
  // Blocks until it has ended. Not to be called twice.
  ProcessEnd wait();

 private:
  MeasuredProcess(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  pid_t pid_;
  UniqueFd pidfd_;
};

}  // namespace rookery
