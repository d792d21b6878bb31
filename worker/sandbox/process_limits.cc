#include "worker/sandbox/process_limits.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace rookery {
namespace {

constexpr rlim_t kLastWordsBytes = 16u << 20;
constexpr rlim_t kFilesOfAProcess = 256;
constexpr rlim_t kFilesOfAWorker = 16;

Status lower(__rlimit_resource resource, const char* name, rlim_t most) {
  rlimit limit = {};
  if (::getrlimit(resource, &limit) == 0) {
    limit.rlim_max = std::min(limit.rlim_max, most);
    limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
    if (::setrlimit(resource, &limit) == 0) return Done{};
  }
  return Error{"sandbox", fmt::format("{}: {}", name, std::strerror(errno)), "set sandbox: off"};
}

rlim_t bytes_of_standard_error() {
  struct stat status {};
  const bool is_file = ::fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode);
  return is_file ? static_cast<rlim_t>(status.st_size) : 0;
}

}  // namespace

Status limit_process(std::size_t workers) {
  // A write past the limit is to fail, not to end the worker.
  ::signal(SIGXFSZ, SIG_IGN);
  Status lowered = lower(RLIMIT_CORE, "RLIMIT_CORE", 0);
  if (lowered) {
    lowered = lower(RLIMIT_FSIZE, "RLIMIT_FSIZE", bytes_of_standard_error() + kLastWordsBytes);
  }
  if (!lowered) return lowered;
  return lower(RLIMIT_NOFILE, "RLIMIT_NOFILE", kFilesOfAProcess + workers * kFilesOfAWorker);
}

}  // namespace rookery
