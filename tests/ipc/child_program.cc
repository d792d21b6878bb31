#include "tests/ipc/child_program.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace rookery {

ChildProgram::ChildProgram(const std::vector<std::string>& arguments,
                           const std::vector<int>& inherited) {
  std::array<int, 2> output = {};
  if (::pipe2(output.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  output_.reset(output[0]);
  const UniqueFd child_output(output[1]);

  std::string program = "/proc/self/exe";
  std::vector<std::string> texts = arguments;
  std::vector<char*> argv = {program.data()};
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);

  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("no fork");
  if (pid_ > 0) return;
  // Between fork and exec: calls that are safe while other threads exist.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(child_output.get(), STDOUT_FILENO);
  for (const int fd : inherited) ::fcntl(fd, F_SETFD, 0);
  ::execv(program.c_str(), argv.data());
  ::_exit(127);
}

ChildProgram::~ChildProgram() { kill(); }

std::string ChildProgram::read_line() {
  std::string line;
  char c = 0;
  while (::read(output_.get(), &c, 1) == 1 && c != '\n') line.push_back(c);
  return line;
}

void ChildProgram::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

int ChildProgram::wait() {
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace rookery
