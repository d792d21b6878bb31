#include "worker/sandbox/landlock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "rookery/unique_fd.h"

namespace rookery {
namespace {

// What later versions added: the header of the build may be older than the kernel of the run.
constexpr std::uint64_t kTruncate = 1u << 14;
constexpr std::uint64_t kDeviceIoctl = 1u << 15;
constexpr std::uint64_t kBindAndConnectTcp = 3;
constexpr std::uint64_t kAbstractSocketsAndSignals = 3;

// struct landlock_ruleset_attr of ABI 6; an older kernel takes it if what it does not know is 0.
struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadFolder = LANDLOCK_ACCESS_FS_READ_DIR;

// Everything that this version can take away; rules then give reading back.
RulesetAttributes all_rights(std::int32_t abi) {
  RulesetAttributes rights;
  rights.files = (std::uint64_t{LANDLOCK_ACCESS_FS_MAKE_SYM} << 1) - 1;
  if (abi >= 2) rights.files |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) rights.files |= kTruncate;
  if (abi >= 4) rights.network = kBindAndConnectTcp;
  if (abi >= 5) rights.files |= kDeviceIoctl;
  if (abi >= 6) rights.scoped = kAbstractSocketsAndSignals;
  return rights;
}

Error refused(const std::string& step) {
  return {"sandbox", fmt::format("Landlock: {}: {}", step, std::strerror(errno)),
          "set sandbox: off"};
}

Status allow_reading(int ruleset, const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return Done{};
  landlock_path_beneath_attr rule = {};
  rule.allowed_access = S_ISDIR(status.st_mode) ? kReadFile | kReadFolder : kReadFile;
  rule.parent_fd = fd.get();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0) {
    return Done{};
  }
  return refused(path);
}

}  // namespace

Result<std::int32_t> allow_only_reading(const std::vector<std::string>& paths) {
  const auto abi = static_cast<std::int32_t>(
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
  // Not built in, not turned on at boot, or hidden by a container's own filter.
  if (abi < 1) return 0;
  const RulesetAttributes rights = all_rights(abi);
  const UniqueFd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0)));
  if (!ruleset) return refused("create a ruleset");
  for (const std::string& path : paths) {
    const Status allowed = allow_reading(ruleset.get(), path);
    if (!allowed) return allowed.error();
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs");
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return refused("restrict");
  return abi;
}

}  // namespace rookery
