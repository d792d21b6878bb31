// Programs as these tests run them: command, environment and standard input go in; how it ended,
// what it printed and what it complained about come out. A sanitizer's report on standard error
// fails the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "rookery/unique_fd.h"

namespace rookery::e2e {

// Nothing here takes so long unless it hangs.
inline constexpr std::chrono::seconds kPatience{300};

struct Program {
  std::vector<std::string> command;  // a first word without a slash is looked up in PATH
  std::string standard_input = {};
  std::map<std::string, std::string> environment = {};  // besides the test's own
  std::string directory = {};                           // to run in; empty: the test's
  int error_fd = -1;  // for standard error instead of ProgramEnd::err
};

struct ProgramEnd {
  int exit_code = -1;  // −1: a signal ended it
  int signal = 0;
  std::string out;
  std::string err;
};

// A program in the background. Killed, if it still runs, when this goes.
class RunningProgram {
 public:
  // Throws std::system_error if it cannot be started.
  explicit RunningProgram(const Program& program);
  RunningProgram(RunningProgram&&) = delete;
  ~RunningProgram();

  pid_t pid() const { return pid_; }
  void send(int signal) const;
  std::string err_so_far() const;
  bool ended_within(std::chrono::milliseconds limit) const;
  // Waits for its end. One that takes longer than the limit is killed, and std::runtime_error with
  // what it said is thrown.
  ProgramEnd wait(std::chrono::seconds limit = kPatience);

 private:
  UniqueFd in_;
  UniqueFd out_;
  UniqueFd err_;
  UniqueFd pidfd_;
  pid_t pid_ = -1;
  bool reaped_ = false;
};

// Runs it to its end.
ProgramEnd run(const Program& program);

}  // namespace rookery::e2e
