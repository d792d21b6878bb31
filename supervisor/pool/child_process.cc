#include "supervisor/pool/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>

#include "rookery/unique_fd.h"

namespace rookery {
namespace {

std::vector<std::string> merged_environment(
    const std::vector<std::pair<std::string, std::string>>& additions) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : additions) variables[name] = value;
  std::vector<std::string> entries;
  entries.reserve(variables.size());
  for (const auto& [name, value] : variables) entries.push_back(fmt::format("{}={}", name, value));
  return entries;
}

std::vector<char*> c_strings(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// What posix_spawn takes besides program, arguments and environment.
class SpawnPlan {
 public:
  explicit SpawnPlan(const ChildOptions& options) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    // A dup2 onto itself makes glibc clear close-on-exec in the child alone.
    for (const int fd : options.inherited_fds) {
      posix_spawn_file_actions_adddup2(&actions_, fd, fd);
    }
    if (options.stdout_fd >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, options.stdout_fd, STDOUT_FILENO);
    }
    sigset_t blocked;
    sigemptyset(&blocked);
    if (options.deaf) {
      for (const int signal : {SIGINT, SIGTERM}) sigaddset(&blocked, signal);
    }
    posix_spawnattr_setsigmask(&attributes_, &blocked);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<ChildProcess> ChildProcess::start(const ChildOptions& options) {
  std::vector<std::string> arguments = {options.program};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment = merged_environment(options.environment);
  const SpawnPlan plan(options);
  pid_t pid = -1;
  const int failure = posix_spawn(&pid, options.program.c_str(), plan.actions(), plan.attributes(),
                                  c_strings(arguments).data(), c_strings(environment).data());
  if (failure != 0) {
    const bool no_room = failure == EAGAIN || failure == ENOMEM;
    return Error{"start",
                 fmt::format("cannot start {}: {}", options.program, std::strerror(failure)),
                 no_room ? "check the limits on processes (ulimit -u, pids.max) and memory"
                         : "is Rookery built and installed whole? both programs belong in one "
                           "folder"};
  }
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(status_, other.status_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) end_within(std::chrono::milliseconds(0));
}

std::optional<int> ChildProcess::poll() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  return status_;
}

int ChildProcess::end_within(std::chrono::milliseconds patience) {
  if (!poll() && patience.count() > 0) {
    const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    pollfd waiting{pidfd, POLLIN, 0};
    if (pidfd >= 0) {
      ::poll(&waiting, 1, static_cast<int>(patience.count()));
      close(pidfd);
    }
  }
  if (!poll()) {
    kill(pid_, SIGKILL);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    status_ = status;
  }
  return *status_;
}

Result<std::string> output_of(ChildOptions options) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Error{"start", fmt::format("no pipe can be had: {}", std::strerror(errno)), ""};
  }
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  options.stdout_fd = writing.get();
  auto child = ChildProcess::start(options);
  if (!child) return child.error();
  writing.reset();
  std::string output;
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while ((count = read(reading.get(), buffer.data(), buffer.size())) > 0) {
    output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return output;
}

std::string describe_wait_status(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int number = WTERMSIG(wait_status);
    return fmt::format("signal {} ({})", number, strsignal(number));
  }
  return fmt::format("exit code {}", WEXITSTATUS(wait_status));
}

}  // namespace rookery
