#include "tests/e2e/held_thread.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace rookery::e2e {
namespace {

using Word = HeldThread::Word;

// Below what a function may use without moving the stack pointer.
constexpr Word kFarBelowTheStack = 4096;
constexpr Word kSyscallBytes = 2;
constexpr long kSyscallInstruction = 0x050f;
// A worker that is stopped between two waits comes to the next one soon.
constexpr int kMostTries = 10'000;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

void check(long result, const std::string& what) {
  if (result < 0) fail(what);
}

void await_stop(pid_t thread) {
  int status = 0;
  check(::waitpid(thread, &status, __WALL), "waitpid");
  if (!WIFSTOPPED(status)) throw std::runtime_error("the thread ended instead of stopping");
}

}  // namespace

std::vector<pid_t> threads_of(pid_t process) {
  std::vector<pid_t> threads;
  const std::string folder = "/proc/" + std::to_string(process) + "/task";
  std::error_code gone;  // a process that has ended has none
  std::filesystem::directory_iterator entry(folder, gone);
  for (; !gone && entry != std::filesystem::directory_iterator(); entry.increment(gone)) {
    threads.push_back(std::stoi(entry->path().filename()));
  }
  return threads;
}

int status_number(pid_t thread, const std::string& field) {
  std::ifstream file("/proc/" + std::to_string(thread) + "/status");
  for (std::string word; file >> word;) {
    int value = 0;
    if (word == field + ":" && file >> value) return value;
  }
  return -1;
}

HeldThread::HeldThread(pid_t thread) : thread_(thread) {
  check(::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr), "PTRACE_SEIZE");
  stop();
  for (int tries = 0; !is_in_a_system_call(); ++tries) {
    if (tries == kMostTries) throw std::runtime_error("the thread never waits in a system call");
    check(::ptrace(PTRACE_CONT, thread_, nullptr, nullptr), "PTRACE_CONT");
    stop();
  }
}

void HeldThread::stop() {
  check(::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr), "PTRACE_INTERRUPT");
  await_stop(thread_);
  check(::ptrace(PTRACE_GETREGS, thread_, nullptr, &registers_), "PTRACE_GETREGS");
}

bool HeldThread::is_in_a_system_call() const {
  errno = 0;
  const long code = ::ptrace(PTRACE_PEEKTEXT, thread_, registers_.rip - kSyscallBytes, nullptr);
  if (errno != 0) fail("PTRACE_PEEKTEXT");
  return (code & 0xffff) == kSyscallInstruction;
}

HeldThread::~HeldThread() {
  ::ptrace(PTRACE_SETREGS, thread_, nullptr, &registers_);
  ::ptrace(PTRACE_DETACH, thread_, nullptr, nullptr);
}

long HeldThread::call(long number, const std::vector<Word>& arguments) {
  user_regs_struct changed = registers_;
  changed.rip = registers_.rip - kSyscallBytes;
  changed.rax = static_cast<Word>(number);
  changed.orig_rax = static_cast<Word>(-1);  // not one to be restarted
  const auto argument = [&](std::size_t i) { return i < arguments.size() ? arguments[i] : 0; };
  changed.rdi = argument(0);
  changed.rsi = argument(1);
  changed.rdx = argument(2);
  changed.r10 = argument(3);
  changed.r8 = argument(4);
  changed.r9 = argument(5);
  check(::ptrace(PTRACE_SETREGS, thread_, nullptr, &changed), "PTRACE_SETREGS");
  check(::ptrace(PTRACE_SINGLESTEP, thread_, nullptr, nullptr), "PTRACE_SINGLESTEP");
  await_stop(thread_);
  check(::ptrace(PTRACE_GETREGS, thread_, nullptr, &changed), "PTRACE_GETREGS");
  return static_cast<long>(changed.rax);
}

HeldThread::Word HeldThread::place(const std::string& text) const {
  const Word address = (registers_.rsp - kFarBelowTheStack - text.size()) & ~Word{7};
  for (std::size_t at = 0; at <= text.size(); at += sizeof(Word)) {
    Word word = 0;  // zero-filled, so that the text ends in a zero byte
    std::memcpy(&word, text.data() + at, std::min(sizeof word, text.size() - at));
    check(::ptrace(PTRACE_POKEDATA, thread_, address + at, word), "PTRACE_POKEDATA");
  }
  return address;
}

}  // namespace rookery::e2e
