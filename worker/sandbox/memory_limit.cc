#include "worker/sandbox/memory_limit.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "worker/process_status.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;
constexpr std::int64_t kHardFactor = 2;
constexpr std::int64_t kReserveBytes = 256 * kMegabyte;
constexpr std::int64_t kUsualStackBytes = 8 * kMegabyte;
// The file's bytes, the tensors made of them, and their copies by freezing and packing.
constexpr std::int64_t kCopiesWhileLoading = 4;

std::int64_t stack_bytes() {
  rlimit limit = {};
  const bool known = ::getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return known ? static_cast<std::int64_t>(limit.rlim_cur) : kUsualStackBytes;
}

// Of a model's file, or its folder if it is a compiled package.
std::int64_t bytes_of(const fs::path& model) {
  std::error_code failure;
  if (!fs::is_directory(model, failure)) {
    const auto size = fs::file_size(model, failure);
    return failure ? 0 : static_cast<std::int64_t>(size);
  }
  std::int64_t sum = 0;
  for (fs::recursive_directory_iterator at(model, failure), end; !failure && at != end;
       at.increment(failure)) {
    std::error_code is_none;
    const auto size = at->file_size(is_none);
    if (!is_none) sum += static_cast<std::int64_t>(size);
  }
  return sum;
}

std::int64_t loading_bytes(const WorkerSettings& settings) {
  std::int64_t sum = 0;
  if (settings.weights == WeightsKind::kShared) return sum;
  for (const ModelSettings& model : settings.models) sum += bytes_of(model.file);
  return kCopiesWhileLoading * sum;
}

// A mapping that a limit of a quarter of it does not leave room for.
bool is_refused_too_much() {
  constexpr std::int64_t too_much = 64 * kMegabyte;
  if (!limit_memory(too_much / 4)) return false;
  return ::mmap(nullptr, too_much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
         MAP_FAILED;
}

}  // namespace

std::int64_t memory_allowance(const WorkerSettings& settings, std::size_t workers) {
  if (settings.max_memory_bytes <= 0) return 0;
  const std::int64_t threads = settings.intra_op + settings.inter_op;
  const std::int64_t one = kHardFactor * settings.max_memory_bytes + threads * stack_bytes() +
                           kReserveBytes + loading_bytes(settings);
  return static_cast<std::int64_t>(workers) * one;
}

Status limit_memory(std::int64_t allowance_bytes) {
  rlimit limit = {};
  const std::int64_t now = own_status_bytes("VmData:");
  if (now > 0 && ::getrlimit(RLIMIT_DATA, &limit) == 0) {
    limit.rlim_max = std::min(limit.rlim_max, static_cast<rlim_t>(now + allowance_bytes));
    limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
    if (::setrlimit(RLIMIT_DATA, &limit) == 0) return Done{};
  }
  return Error{"sandbox", fmt::format("RLIMIT_DATA: {}", std::strerror(errno)), "set sandbox: off"};
}

bool memory_limit_holds() {
  const pid_t child = ::fork();
  if (child < 0) return false;
  if (child == 0) ::_exit(is_refused_too_much() ? 1 : 0);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

}  // namespace rookery
