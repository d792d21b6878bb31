#include "worker/sandbox/seccomp_filter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace rookery {
namespace {

// EPERM, never a kill: a library that tries one of these (FFmpeg a device, say) gets an error that
// it can handle, and the recording a reason; a kill would look like a crash and cost a retry. What
// is refused does not happen either way.
constexpr std::uint32_t kRefuse = SCMP_ACT_ERRNO(EPERM);
// Calls whose flags lie in memory, where a filter cannot look: the C library then takes the old
// ones.
constexpr std::uint32_t kAsIfUnknown = SCMP_ACT_ERRNO(ENOSYS);

constexpr std::array kNetwork = {SCMP_SYS(socket),  SCMP_SYS(socketpair), SCMP_SYS(bind),
                                 SCMP_SYS(connect), SCMP_SYS(listen),     SCMP_SYS(accept),
                                 SCMP_SYS(accept4)};

constexpr std::array kPrograms = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
                                  SCMP_SYS(vfork), SCMP_SYS(uselib)};

constexpr std::array kOtherProcesses = {
    SCMP_SYS(ptrace),      SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_open),  SCMP_SYS(pidfd_getfd),      SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(kcmp),        SCMP_SYS(process_madvise),  SCMP_SYS(process_mrelease),
    SCMP_SYS(tkill),       SCMP_SYS(rt_sigqueueinfo),  SCMP_SYS(rt_tgsigqueueinfo),
    SCMP_SYS(setpriority), SCMP_SYS(migrate_pages),    SCMP_SYS(move_pages)};

constexpr std::array kFiles = {SCMP_SYS(creat),
                               SCMP_SYS(truncate),
                               SCMP_SYS(mkdir),
                               SCMP_SYS(mkdirat),
                               SCMP_SYS(mknod),
                               SCMP_SYS(mknodat),
                               SCMP_SYS(rmdir),
                               SCMP_SYS(unlink),
                               SCMP_SYS(unlinkat),
                               SCMP_SYS(rename),
                               SCMP_SYS(renameat),
                               SCMP_SYS(renameat2),
                               SCMP_SYS(link),
                               SCMP_SYS(linkat),
                               SCMP_SYS(symlink),
                               SCMP_SYS(symlinkat),
                               SCMP_SYS(chmod),
                               SCMP_SYS(fchmod),
                               SCMP_SYS(fchmodat),
                               SCMP_SYS(chown),
                               SCMP_SYS(fchown),
                               SCMP_SYS(fchownat),
                               SCMP_SYS(lchown),
                               SCMP_SYS(utime),
                               SCMP_SYS(utimes),
                               SCMP_SYS(futimesat),
                               SCMP_SYS(utimensat),
                               SCMP_SYS(setxattr),
                               SCMP_SYS(lsetxattr),
                               SCMP_SYS(fsetxattr),
                               SCMP_SYS(removexattr),
                               SCMP_SYS(lremovexattr),
                               SCMP_SYS(fremovexattr),
                               SCMP_SYS(memfd_create),
                               SCMP_SYS(memfd_secret),
                               SCMP_SYS(mq_open),
                               SCMP_SYS(mq_unlink),
                               SCMP_SYS(shmget),
                               SCMP_SYS(semget),
                               SCMP_SYS(msgget),
                               SCMP_SYS(open_by_handle_at),
                               SCMP_SYS(fanotify_init)};

constexpr std::array kSystem = {SCMP_SYS(mount),
                                SCMP_SYS(umount2),
                                SCMP_SYS(pivot_root),
                                SCMP_SYS(chroot),
                                SCMP_SYS(move_mount),
                                SCMP_SYS(open_tree),
                                SCMP_SYS(fsopen),
                                SCMP_SYS(fsmount),
                                SCMP_SYS(mount_setattr),
                                SCMP_SYS(unshare),
                                SCMP_SYS(setns),
                                SCMP_SYS(bpf),
                                SCMP_SYS(perf_event_open),
                                SCMP_SYS(userfaultfd),
                                SCMP_SYS(keyctl),
                                SCMP_SYS(add_key),
                                SCMP_SYS(request_key),
                                SCMP_SYS(io_uring_setup),
                                SCMP_SYS(io_uring_enter),
                                SCMP_SYS(io_uring_register),
                                SCMP_SYS(init_module),
                                SCMP_SYS(finit_module),
                                SCMP_SYS(delete_module),
                                SCMP_SYS(kexec_load),
                                SCMP_SYS(kexec_file_load),
                                SCMP_SYS(reboot),
                                SCMP_SYS(swapon),
                                SCMP_SYS(swapoff),
                                SCMP_SYS(acct),
                                SCMP_SYS(quotactl),
                                SCMP_SYS(settimeofday),
                                SCMP_SYS(clock_settime),
                                SCMP_SYS(clock_adjtime),
                                SCMP_SYS(adjtimex),
                                SCMP_SYS(sethostname),
                                SCMP_SYS(setdomainname),
                                SCMP_SYS(setrlimit),
                                SCMP_SYS(iopl),
                                SCMP_SYS(ioperm),
                                SCMP_SYS(personality),
                                SCMP_SYS(vhangup),
                                SCMP_SYS(syslog),
                                SCMP_SYS(lookup_dcookie)};

// Collects rules, and remembers the first failure.
class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ALLOW)) {}
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;
  ~Filter() { seccomp_release(context_); }

  int set(scmp_filter_attr attribute, std::uint32_t value) {
    return seccomp_attr_set(context_, attribute, value);
  }
  template <class Calls>
  void refuse(const Calls& calls) {
    for (const int call : calls) note(seccomp_rule_add_array(context_, kRefuse, call, 0, nullptr));
  }
  void act_if(std::uint32_t action, int call, const std::vector<scmp_arg_cmp>& conditions = {}) {
    note(seccomp_rule_add_array(context_, action, call, static_cast<unsigned>(conditions.size()),
                                conditions.data()));
  }
  // 0, or the first −errno.
  int failure() const { return failure_; }
  int load() { return seccomp_load(context_); }

 private:
  void note(int result) {
    if (failure_ == 0) failure_ = result;
  }

  scmp_filter_ctx context_;
  int failure_ = 0;
};

// The kernel looks at 32 bits of these arguments.
constexpr std::uint64_t kLowHalf = 0xffffffff;

// libseccomp's macros for these are of C alone.
scmp_arg_cmp differs(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_NE, value, 0};
}
scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}
scmp_arg_cmp has_bits(unsigned argument, std::uint64_t bits) {
  return masked(argument, bits, bits);
}

// Threads are clones that share their process; anything else would be a process.
void refuse_new_processes(Filter& filter) {
  filter.act_if(kRefuse, SCMP_SYS(clone), {masked(0, CLONE_THREAD, 0)});
  filter.act_if(kAsIfUnknown, SCMP_SYS(clone3));
}

void refuse_open_for_writing(Filter& filter) {
  for (const int flag : {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC}) {
    const auto bits = static_cast<std::uint64_t>(flag);
    filter.act_if(kRefuse, SCMP_SYS(open), {has_bits(1, bits)});
    filter.act_if(kRefuse, SCMP_SYS(openat), {has_bits(2, bits)});
  }
  filter.act_if(kAsIfUnknown, SCMP_SYS(openat2));
}

// abort() and raise() signal the own process by its id.
void refuse_signals_to_others(Filter& filter) {
  const auto self = static_cast<std::uint64_t>(::getpid());
  for (const int call : {SCMP_SYS(kill), SCMP_SYS(tgkill)}) {
    filter.act_if(kRefuse, call, {differs(0, self)});
  }
}

void refuse_by_argument(Filter& filter) {
  // No other limits for oneself; reading them is harmless.
  filter.act_if(kRefuse, SCMP_SYS(prlimit64), {differs(2, 0)});
  // The tie to the parent, by which a worker ends with its run.
  filter.act_if(kRefuse, SCMP_SYS(prctl), {masked(0, kLowHalf, PR_SET_PDEATHSIG)});
  // Typing into the terminal that a worker has inherited.
  filter.act_if(kRefuse, SCMP_SYS(ioctl), {masked(1, kLowHalf, TIOCSTI)});
}

void add_rules(Filter& filter) {
  filter.refuse(kNetwork);
  filter.refuse(kPrograms);
  filter.refuse(kOtherProcesses);
  filter.refuse(kFiles);
  filter.refuse(kSystem);
  refuse_new_processes(filter);
  refuse_open_for_writing(filter);
  refuse_signals_to_others(filter);
  refuse_by_argument(filter);
}

Error failed(const char* step, int failure) {
  return {"sandbox", fmt::format("seccomp: {}: {}", step, std::strerror(-failure)),
          "set sandbox: off"};
}

bool means_not_to_be_had(int failure) {
  return failure == -ENOSYS || failure == -EINVAL || failure == -EPERM || failure == -EACCES;
}

}  // namespace

Result<bool> refuse_system_calls() {
  Filter filter;
  filter.set(SCMP_FLTATR_API_SYSRAWRC, 1);
  filter.set(SCMP_FLTATR_CTL_OPTIMIZE, 2);
  // Before Linux 5.16 a filter turned a slow defence on that guards a process from its own code;
  // a kernel that cannot leave it off keeps it.
  filter.set(SCMP_FLTATR_CTL_SSB, 1);
  if (filter.set(SCMP_FLTATR_CTL_TSYNC, 1) != 0) return false;
  add_rules(filter);
  if (filter.failure() != 0) return failed("rules", filter.failure());
  const int loaded = filter.load();
  if (loaded == 0) return true;
  if (means_not_to_be_had(loaded)) return false;
  return failed("load", loaded);
}

}  // namespace rookery
