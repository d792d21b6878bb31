// A thread of another process, stopped, made to do system calls: what it is allowed to do can be
// asked of the kernel where it counts. x86-64 only, like the programs.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <string>
#include <vector>

namespace rookery::e2e {

// Threads of a process, by their ids.
std::vector<pid_t> threads_of(pid_t process);

// Number on the line "field:" of /proc/THREAD/status, −1 if there is none.
int status_number(pid_t thread, const std::string& field);

class HeldThread {
 public:
  using Word = unsigned long long;

  // Stops the thread as soon as it waits in a system call. Throws std::runtime_error.
  explicit HeldThread(pid_t thread);
  HeldThread(const HeldThread&) = delete;
  HeldThread& operator=(const HeldThread&) = delete;
  // Lets it go on where it was.
  ~HeldThread();

  // What the call returns: −errno if it fails.
  long call(long number, const std::vector<Word>& arguments);
  // A copy of the text in the thread's memory; its address. The next call of it overwrites that.
  Word place(const std::string& text) const;

 private:
  void stop();
  bool is_in_a_system_call() const;

  pid_t thread_;
  user_regs_struct registers_ = {};
};

}  // namespace rookery::e2e
