// Runs the test's own program again as a child, to test what survives exec and kill -9.
#pragma once

#include <string>
#include <vector>

#include "rookery/unique_fd.h"

namespace rookery {

// A child with the given arguments; of the parent's descriptors it has 0, 1, 2 and `inherited`
// alone, its standard output is a pipe to here. Killed when it goes.
class ChildProgram {
 public:
  explicit ChildProgram(const std::vector<std::string>& arguments,
                        const std::vector<int>& inherited = {});
  ChildProgram(const ChildProgram&) = delete;
  ChildProgram& operator=(const ChildProgram&) = delete;
  ~ChildProgram();

  // One line of what it prints, without its end; shorter if it ends before.
  std::string read_line();
  // SIGKILL, and waits until it is gone.
  void kill();
  // Waits for its end; the exit code, or −1 if a signal ended it.
  int wait();

 private:
  int pid_ = -1;
  UniqueFd output_;
};

}  // namespace rookery
