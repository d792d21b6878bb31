#include "worker/sandbox/child_trial.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace rookery {
namespace {

constexpr int kMostTrials = 5;

// The wait status of one child.
Result<int> run_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child < 0) {
    return Error{"start", fmt::format("no process can be started: {}", std::strerror(errno)),
                 "check the limits on processes (ulimit -u, pids.max) and memory"};
  }
  if (child == 0) ::_exit(work());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool killed_from_outside(int status) {
  return WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM);
}

}  // namespace

Result<std::optional<int>> tried_in_a_child(const std::function<int()>& work) {
  for (int trial = 0; trial < kMostTrials; ++trial) {
    const Result<int> status = run_child(work);
    if (!status) return status.error();
    if (killed_from_outside(*status)) continue;
    return WIFEXITED(*status) ? std::optional(WEXITSTATUS(*status)) : std::nullopt;
  }
  return Error{
      "start",
      fmt::format("{} processes that tried the sandbox were killed from outside, one after "
                  "the other",
                  kMostTrials),
      "look for what kills processes here (the kernel's OOM killer?), or set sandbox: off"};
}

}  // namespace rookery
