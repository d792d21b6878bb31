// Signals as something to be read: SIGINT, SIGTERM and SIGCHLD, blocked while this lives.
#pragma once

#include <csignal>
#include <optional>

#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

// Make it before any thread starts, so that all threads inherit the mask. The destructor restores
// it.
class SignalSource {
 public:
  static Result<SignalSource> open();
  SignalSource(SignalSource&&) = default;
  SignalSource& operator=(SignalSource&&) = delete;
  ~SignalSource();

  // For poll(): readable when take() would return one.
  int fd() const { return fd_.get(); }
  // The next signal that has come. Never blocks.
  std::optional<int> take();

 private:
  SignalSource(UniqueFd fd, const sigset_t& previous) : fd_(std::move(fd)), previous_(previous) {}

  UniqueFd fd_;
  sigset_t previous_;
};

}  // namespace rookery
