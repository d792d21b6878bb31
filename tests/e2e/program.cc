#include "tests/e2e/program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

namespace rookery::e2e {
namespace {

// An unnamed file: no pipe that could fill up, and nothing to clean away.
UniqueFd unnamed_file(const std::string& contents = "") {
  UniqueFd fd(::memfd_create("test-output", MFD_CLOEXEC));
  const auto written = ::pwrite(fd.get(), contents.data(), contents.size(), 0);
  if (written != static_cast<ssize_t>(contents.size())) {
    throw std::system_error(errno, std::generic_category(), "memfd");
  }
  return fd;
}

std::string contents_of(const UniqueFd& fd) {
  std::string text;
  std::array<char, 65536> buffer{};
  ssize_t count = 0;
  while ((count = ::pread(fd.get(), buffer.data(), buffer.size(),
                          static_cast<off_t>(text.size()))) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& additions) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!additions.contains(text.substr(0, text.find('=')))) entries.push_back(text);
  }
  for (const auto& [name, value] : additions) entries.push_back(fmt::format("{}={}", name, value));
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

pid_t spawn(const Program& program, int in, int out, int err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  if (!program.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, program.directory.c_str());
  }
  std::vector<std::string> command = program.command;
  std::vector<std::string> environment = merged_environment(program.environment);
  pid_t pid = -1;
  const int failure = posix_spawnp(&pid, command.front().c_str(), &actions, nullptr,
                                   pointers_to(command).data(), pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::system_error(failure, std::generic_category(), command.front());
  return pid;
}

// A sanitizer's report, of the program or a child of it: a worker that ends with one is just
// replaced, and its run ends well.
void expect_no_finding(const std::string& err) {
  for (const char* mark : {"Sanitizer", ": runtime error: "}) {
    if (err.find(mark) != std::string::npos) ADD_FAILURE() << err;
  }
}

}  // namespace

RunningProgram::RunningProgram(const Program& program)
    : in_(unnamed_file(program.standard_input)), out_(unnamed_file()), err_(unnamed_file()) {
  const int err = program.error_fd >= 0 ? program.error_fd : err_.get();
  pid_ = spawn(program, in_.get(), out_.get(), err);
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

RunningProgram::~RunningProgram() {
  if (reaped_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  expect_no_finding(contents_of(err_));
}

void RunningProgram::send(int signal) const { ::kill(pid_, signal); }

std::string RunningProgram::err_so_far() const { return contents_of(err_); }

bool RunningProgram::ended_within(std::chrono::milliseconds limit) const {
  pollfd end{pidfd_.get(), POLLIN, 0};
  return reaped_ || ::poll(&end, 1, static_cast<int>(limit.count())) > 0;
}

ProgramEnd RunningProgram::wait(std::chrono::seconds limit) {
  if (!ended_within(limit)) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    reaped_ = true;
    throw std::runtime_error("still running after " + std::to_string(limit.count()) +
                             " s; standard error: " + contents_of(err_));
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  reaped_ = true;
  ProgramEnd end;
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  end.out = contents_of(out_);
  end.err = contents_of(err_);
  expect_no_finding(end.err);
  return end;
}

ProgramEnd run(const Program& program) { return RunningProgram(program).wait(); }

}  // namespace rookery::e2e
