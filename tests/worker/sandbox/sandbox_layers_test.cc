// Each layer of the sandbox by itself, in a child: what it refuses, and to which threads.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "tests/temporary_folder.h"
#include "worker/sandbox/landlock.h"
#include "worker/sandbox/process_limits.h"
#include "worker/sandbox/sandbox.h"
#include "worker/sandbox/seccomp_filter.h"

namespace rookery {
namespace {

// Runs the steps in a child until one fails: its index from 1, 0 if all hold.
using Step = std::function<bool()>;
int first_failing(const std::vector<Step>& steps) {
  const pid_t child = ::fork();
  if (child == 0) {
    int index = 0;
    for (const Step& step : steps) {
      ++index;
      if (!step()) ::_exit(index);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

int error_of(long result) { return result < 0 ? errno : 0; }
int opening(const std::string& path, int flags) {
  return error_of(::open(path.c_str(), flags, 0600));
}
int executing(const char* program) { return error_of(::execl(program, program, nullptr)); }

class SandboxLayers : public ::testing::Test {
 protected:
  SandboxLayers() {
    ::mkdir((folder_ / "in").c_str(), 0700);
    std::ofstream(folder_ / "in/a") << "x";
    std::ofstream(folder_ / "b") << "x";
  }
  const TemporaryFolder folder_;
};

TEST_F(SandboxLayers, LandlockLetsReadTheNamedPathsAndNothingElseByItself) {
  EXPECT_EQ(first_failing({
                [&] {
                  return allow_only_reading({folder_ / "in", folder_ / "missing"}).ok();
                },
                [&] { return opening(folder_ / "in/a", O_RDONLY) == 0; },
                [&] { return opening(folder_ / "b", O_RDONLY) == EACCES; },
                [&] { return opening(folder_ / "in/a", O_WRONLY) == EACCES; },
                [&] { return opening(folder_ / "in/new", O_CREAT | O_WRONLY) == EACCES; },
                [&] { return error_of(::unlink((folder_ / "in/a").c_str())) == EACCES; },
                [&] { return executing("/bin/true") == EACCES; },
            }),
            0);
}

TEST_F(SandboxLayers, LandlockHoldsInThreadsThatStartLater) {
  EXPECT_EQ(first_failing({
                [&] { return allow_only_reading({folder_ / "in"}).ok(); },
                [&] {
                  return std::async(std::launch::async,
                                    [&] { return opening(folder_ / "b", O_RDONLY) == EACCES; })
                      .get();
                },
            }),
            0);
}

TEST_F(SandboxLayers, SeccompHoldsInThreadsThatRunAlready) {
  EXPECT_EQ(first_failing({[&] {
              std::promise<void> closed;
              auto tried = std::async(std::launch::async, [&] {
                closed.get_future().wait();
                return error_of(::socket(AF_UNIX, SOCK_STREAM, 0)) == EPERM &&
                       opening(folder_ / "new", O_CREAT | O_WRONLY) == EPERM &&
                       executing("/bin/true") == EPERM && error_of(::fork()) == EPERM;
              });
              const Result<bool> refusing = refuse_system_calls();
              closed.set_value();
              return tried.get() && refusing.ok() && *refusing;
            }}),
            0);
}

TEST_F(SandboxLayers, SeccompLeavesThreadsReadingAndCodeMadeAtRunTime) {
  EXPECT_EQ(first_failing({
                [&] { return refuse_system_calls().ok(); },
                [&] { return opening(folder_ / "b", O_RDONLY) == 0; },
                [&] { return std::async(std::launch::async, [] { return true; }).get(); },
                [&] {
                  return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
                },
            }),
            0);
}

// As a crash in an operator ends: it must still be seen as one.
TEST_F(SandboxLayers, LeavesAbortASignal) {
  EXPECT_EQ(first_failing({
                [] { return refuse_system_calls().ok(); },
                []() -> bool { std::abort(); },
            }),
            1000 + SIGABRT);
}

TEST_F(SandboxLayers, LimitsLeaveNoCoreAndCannotBeRaised) {
  EXPECT_EQ(first_failing({
                [] { return limit_process(4).ok() && refuse_system_calls().ok(); },
                [] {
                  rlimit limit = {};
                  return ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0;
                },
                [] {
                  const rlimit more = {1 << 20, 1 << 20};
                  return error_of(::setrlimit(RLIMIT_CORE, &more)) == EPERM;
                },
            }),
            0);
}

// A file that standard error leads to, a log say, takes a worker's last words but no flood.
TEST_F(SandboxLayers, LimitsEndWhatIsWrittenToALog) {
  const std::string log = folder_ / "log";
  EXPECT_EQ(first_failing({
                [&] {
                  const int fd = ::open(log.c_str(), O_CREAT | O_WRONLY, 0600);
                  return ::dup2(fd, STDERR_FILENO) >= 0 && limit_process(1).ok();
                },
                [] { return ::write(STDERR_FILENO, "last words", 10) == 10; },
                [] { return ::lseek(STDERR_FILENO, 64 << 20, SEEK_SET) > 0; },
                [] { return error_of(::write(STDERR_FILENO, "x", 1)) == EFBIG; },
            }),
            0);
}

TEST_F(SandboxLayers, TheTrialTellsWhatAChildGets) {
  WorkerSettings settings;
  settings.readable = {folder_.path()};
  const SandboxState tried = try_sandbox().value();
  EXPECT_EQ(first_failing({[&] {
              Result<SandboxState> state = enter_sandbox(settings, 1);
              return state.ok() && close_sandbox(settings, 1, *state).ok() && *state == tried;
            }}),
            0);
  EXPECT_EQ(opening(folder_ / "after", O_CREAT | O_WRONLY), 0) << "the trial touched its parent";
}

TEST_F(SandboxLayers, TurnedOffLeaveEverythingAsItIs) {
  WorkerSettings settings;
  settings.sandbox = false;
  EXPECT_EQ(first_failing({[&] {
              Result<SandboxState> state = enter_sandbox(settings, 1);
              return state.ok() && close_sandbox(settings, 1, *state).ok() &&
                     *state == SandboxState{} && opening(folder_ / "new", O_CREAT | O_WRONLY) == 0;
            }}),
            0);
}

}  // namespace
}  // namespace rookery
