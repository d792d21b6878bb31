// One child process: started with posix_spawn, asked, ended and reaped.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// The child's end of things. It starts with an empty signal mask, unless it is deaf, and with
// `environment` added to (or, for equal names, put in place of) ours.
struct ChildOptions {
  std::string program;
  std::vector<std::string> arguments;  // without the program's name
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<int> inherited_fds;  // kept open under the same numbers; all others are close-on-exec
  int stdout_fd = -1;              // what its standard output goes to; −1: where ours goes
  bool deaf = false;  // to SIGINT and SIGTERM, which reach a whole group: its parent hears them
};

// Owns the child: the destructor kills and reaps one that still runs. Not thread-safe.
class ChildProcess {
 public:
  static Result<ChildProcess> start(const ChildOptions& options);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // Its wait status, once it has ended. Never blocks.
  std::optional<int> poll();
  // Waits that long for its end, then kills it; the wait status either way.
  int end_within(std::chrono::milliseconds patience);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_ = -1;
  std::optional<int> status_;
};

// Runs a child to its end and returns what it wrote to standard output, whatever its exit code.
Result<std::string> output_of(ChildOptions options);

// "exit code 3" or "signal 11 (Segmentation fault)".
std::string describe_wait_status(int wait_status);

}  // namespace rookery
