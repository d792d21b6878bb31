#include "supervisor/bench/measured_process.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "supervisor/system_error.h"

namespace rookery {
namespace {

constexpr int kCannotExec = 127;

// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* arguments, int output, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool orphaned = getppid() != parent;
  if (!orphaned && dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0) {
    execv(arguments[0], arguments);
  }
  _exit(kCannotExec);
}

}  // namespace

Result<MeasuredProcess> MeasuredProcess::start(const std::vector<std::string>& command,
                                               int output) {
  std::vector<std::string> texts = command;
  std::vector<char*> arguments;
  arguments.reserve(texts.size() + 1);
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return system_error("start", command.front(), "started", errno);
  if (pid == 0) become(arguments.data(), output, parent);
  setpgid(pid, pid);  // here as well, so that the group is there whoever is first
  MeasuredProcess process(pid, UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))));
  if (!process.pidfd_) return system_error("start", command.front(), "watched", errno);
  return process;
}

MeasuredProcess::~MeasuredProcess() {
  if (pid_ <= 0) return;
  kill_group();
  wait();
}

void MeasuredProcess::kill_group() const { kill(-pid_, SIGKILL); }

ProcessEnd MeasuredProcess::wait() {
  ProcessEnd end;
  while (wait4(pid_, &end.wait_status, 0, &end.usage) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return end;
}

}  // namespace rookery
