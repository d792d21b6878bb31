// A disk that is full, nearly: while it lives, no file can grow beyond a size.
#pragma once

#include <sys/resource.h>

#include <csignal>
#include <stdexcept>

namespace rookery {

class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    // Without this the kernel ends the process where it could have returned EFBIG.
    old_action_ = std::signal(SIGXFSZ, SIG_IGN);
    if (getrlimit(RLIMIT_FSIZE, &old_limit_) != 0) throw std::runtime_error("getrlimit");
    const rlimit limit{bytes, old_limit_.rlim_max};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) throw std::runtime_error("setrlimit");
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_action_);
  }

 private:
  void (*old_action_)(int) = nullptr;
  rlimit old_limit_{};
};

}  // namespace rookery
