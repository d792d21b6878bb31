// lesser_kernel WHAT... -- PROGRAM ARGUMENT...: starts a program on a kernel that seems to lack
// what is named: `landlock`, `seccomp`. The calls are refused by a filter, as containers do, with
// what a kernel says that does not know them.
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

namespace {

// Of calls that libseccomp's header may be too old to name.
constexpr int kLandlockCreateRuleset = 444;

int lose_landlock(scmp_filter_ctx filter) {
  return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS), kLandlockCreateRuleset, 0, nullptr);
}

int lose_seccomp(scmp_filter_ctx filter) {
  const scmp_arg_cmp asks_for_a_filter = {0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0};
  const int call =
      seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0, nullptr);
  return call != 0 ? call
                   : seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                                            &asks_for_a_filter);
}

int lose(scmp_filter_ctx filter, std::string_view what) {
  if (what == "landlock") return lose_landlock(filter);
  if (what == "seccomp") return lose_seccomp(filter);
  return -EINVAL;
}

}  // namespace

int main(int argc, char** argv) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  int index = 1;
  int failure = filter == nullptr ? -ENOMEM : 0;
  for (; index < argc && std::string_view(argv[index]) != "--" && failure == 0; ++index) {
    failure = lose(filter, argv[index]);
  }
  if (failure == 0) failure = seccomp_load(filter);
  if (failure == 0 && index + 1 < argc) ::execv(argv[index + 1], argv + index + 1);
  std::fprintf(stderr, "lesser_kernel: cannot start it so (%d)\n", failure);
  return 125;
}
