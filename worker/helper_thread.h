// A thread that does one job at a time for another thread.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace rookery {

// Its methods are for one thread alone, which gives it jobs. It runs where the thread that made it
// may run (a pinned worker's on the worker's cores), under the same seccomp filter and Landlock
// rules.
class HelperThread {
 public:
  // `name`: what the system lists it as, at most 15 bytes. Throws std::system_error where no thread
  // can be started.
  explicit HelperThread(const std::string& name);
  HelperThread(const HelperThread&) = delete;
  HelperThread& operator=(const HelperThread&) = delete;
  // Waits for the job under way.
  ~HelperThread() = default;

  // Precondition: no job is under way.
  void begin(std::function<void()> job);
  // Returns when no job is under way any more; throws what the last one threw, once.
  void wait();

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::function<void()> job_;  // the one that is under way; empty: none
  std::exception_ptr thrown_;
  std::jthread thread_;  // the last member: it ends before what it uses
};

}  // namespace rookery
