#include "supervisor/commands/sandbox_text.h"

#include <fmt/format.h>

namespace rookery {

std::string describe(const SandboxState& sandbox) {
  const std::string calls = sandbox.seccomp
                                ? "seccomp: no sockets, programs, new or changed files"
                                : "no seccomp: the kernel or a container refuses filters";
  if (sandbox.landlock_abi == 0) return calls + "; no Landlock: workers can read everything";
  return fmt::format(
      "{}; Landlock ABI {}: workers read the inputs that are named, everything with a list on "
      "standard input",
      calls, sandbox.landlock_abi);
}

std::string describe_memory_limit(std::int64_t own_bytes) {
  const double gigabytes = static_cast<double>(own_bytes) / (1 << 30);
  return fmt::format(
      "a worker with over {:.1f} GiB of its own is replaced, and gets no more than about {:.1f} "
      "(see max_worker_memory)",
      gigabytes, 2 * gigabytes);
}

}  // namespace rookery
