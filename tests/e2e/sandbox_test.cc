// Workers parse untrusted audio: no thread of one can open a socket, write a file, start a program
// or read what is no input. Each thread of live workers is made to try.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "tests/e2e/held_thread.h"
#include "tests/e2e/process_tree.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;
using Word = HeldThread::Word;
namespace fs = std::filesystem;

constexpr Word kHere = static_cast<Word>(AT_FDCWD);
constexpr int kFilterMode = 2;  // of "Seccomp:" in /proc/PID/status

// Two workers of a run that does not end by itself, with their sandbox closed.
class SandboxedWorkers : public ::testing::TestWithParam<Arguments> {
 protected:
  SandboxedWorkers() : running_(program()) {
    if (!eventually([this] { return are_closed(); })) {
      throw std::runtime_error("no sandboxed workers: " + running_.err_so_far());
    }
  }

  std::vector<pid_t> processes() const {
    const auto servers = children_of(running_.pid());
    return servers.empty() ? std::vector<pid_t>() : children_of(servers.front());
  }
  // Those that read ahead.
  std::size_t helpers() const {
    const auto is_helper = [](pid_t thread) {
      return read_bytes(fmt::format("/proc/{}/comm", thread)) == "read-ahead\n";
    };
    return static_cast<std::size_t>(std::ranges::count_if(threads(), is_helper));
  }
  std::vector<pid_t> threads() const {
    std::vector<pid_t> threads;
    for (const pid_t process : processes()) {
      for (const pid_t thread : threads_of(process)) threads.push_back(thread);
    }
    return threads;
  }

  const TemporaryFolder folder_;

 private:
  Program program() const {
    fs::create_directory(folder_ / "in");
    for (const char* name : {"a", "b", "c", "d", "e", "f"}) {  // each task is delayed at random
      write_digits(folder_ / ("in/" + std::string(name) + ".wav"), 1);
    }
    write_bytes(folder_ / "secret", "not for workers");
    Arguments words = {"--workers", "2", "--oversubscribe", "--set", "test_delay_ms=60000"};
    words.insert(words.end(), GetParam().begin(), GetParam().end());
    return run_command(dtmf_model(), folder_ / "out", {folder_ / "in"}, words);
  }
  // Both engines have workers' and ZeroMQ's threads; a spawned one first has to load LibTorch.
  bool are_closed() const {
    const bool threads_engine = std::ranges::count(GetParam(), "threads") > 0;
    const auto all = threads();
    const bool reads_ahead = std::ranges::count(GetParam(), "decode_ahead=true") > 0;
    return processes().size() == (threads_engine ? 1u : 2u) && all.size() >= 5 &&
           helpers() == (reads_ahead ? 2u : 0u) && std::ranges::all_of(all, [](pid_t thread) {
             return status_number(thread, "Seccomp") == kFilterMode;
           });
  }

  RunningProgram running_;
};

TEST_P(SandboxedWorkers, HaveTheFilterAndNoNewPrivilegesInEveryThread) {
  for (const pid_t thread : threads()) {
    EXPECT_EQ(status_number(thread, "Seccomp"), kFilterMode);
    EXPECT_EQ(status_number(thread, "NoNewPrivs"), 1);
  }
}

TEST_P(SandboxedWorkers, OpenNoSocketInAnyThread) {
  for (const pid_t thread : threads()) {
    HeldThread held(thread);
    for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}) {
      EXPECT_EQ(held.call(SYS_socket, {static_cast<Word>(family), SOCK_STREAM, 0}), -EPERM);
    }
    EXPECT_EQ(held.call(SYS_connect, {0, 0, 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_bind, {0, 0, 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_io_uring_setup, {1, 0}), -EPERM);
  }
}

TEST_P(SandboxedWorkers, WriteNoFileInAnyThread) {
  const std::string fresh = folder_ / "in/new";
  const std::string input = folder_ / "in/a.wav";
  for (const pid_t thread : threads()) {
    HeldThread held(thread);
    EXPECT_EQ(held.call(SYS_openat, {kHere, held.place(fresh), O_CREAT | O_WRONLY, 0600}), -EPERM);
    EXPECT_EQ(held.call(SYS_openat, {kHere, held.place(fresh), O_TMPFILE | O_RDWR, 0600}), -EPERM);
    EXPECT_EQ(held.call(SYS_openat, {kHere, held.place(input), O_WRONLY}), -EPERM);
    EXPECT_EQ(held.call(SYS_openat, {kHere, held.place(input), O_TRUNC}), -EPERM);
    EXPECT_EQ(held.call(SYS_openat2, {kHere, held.place(input), 0, 0}), -ENOSYS);
    EXPECT_EQ(held.call(SYS_truncate, {held.place(input), 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_unlink, {held.place(input)}), -EPERM);
    EXPECT_EQ(held.call(SYS_mkdir, {held.place(fresh), 0700}), -EPERM);
    EXPECT_EQ(held.call(SYS_memfd_create, {held.place("x"), 0}), -EPERM);
  }
  EXPECT_FALSE(fs::exists(fresh));
  EXPECT_TRUE(fs::exists(input));
}

TEST_P(SandboxedWorkers, StartNoProgramOrProcessInAnyThread) {
  for (const pid_t thread : threads()) {
    HeldThread held(thread);
    EXPECT_EQ(held.call(SYS_execve, {held.place("/bin/true"), 0, 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_execveat, {kHere, held.place("/bin/true"), 0, 0, 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_clone, {SIGCHLD, 0, 0, 0, 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_fork, {}), -EPERM);
    EXPECT_EQ(held.call(SYS_clone3, {0, 0}), -ENOSYS);
  }
}

TEST_P(SandboxedWorkers, ReachNoOtherProcessInAnyThread) {
  const auto parent = static_cast<Word>(::getpid());
  for (const pid_t thread : threads()) {
    HeldThread held(thread);
    EXPECT_EQ(held.call(SYS_ptrace, {PTRACE_ATTACH, parent, 0, 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_kill, {parent, 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_process_vm_readv, {parent, 0, 0, 0, 0, 0}), -EPERM);
    EXPECT_EQ(held.call(SYS_prctl, {1 /* PR_SET_PDEATHSIG */, 0}), -EPERM);
  }
}

// Also shows that a held thread's calls are its own: what is allowed works.
TEST_P(SandboxedWorkers, ReadTheInputsAndNotWhatLiesBesideThem) {
  const std::string input = folder_ / "in/a.wav";
  const std::string secret = folder_ / "secret";
  for (const pid_t thread : threads()) {
    HeldThread held(thread);
    const long opened = held.call(SYS_openat, {kHere, held.place(input), O_RDONLY});
    EXPECT_GE(opened, 0);
    EXPECT_EQ(held.call(SYS_close, {static_cast<Word>(opened)}), 0);
    EXPECT_EQ(held.call(SYS_openat, {kHere, held.place(secret), O_RDONLY}), -EACCES);
    EXPECT_EQ(held.call(SYS_openat, {kHere, held.place("/etc/passwd"), O_RDONLY}), -EACCES);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Hosted, SandboxedWorkers,
    ::testing::Values(Arguments{"--start", "fork"}, Arguments{"--start", "spawn"},
                      Arguments{"--engine", "threads"},
                      Arguments{"--engine", "threads", "--start", "spawn"},
                      Arguments{"--set", "decode_ahead=true"},
                      Arguments{"--engine", "threads", "--set", "decode_ahead=true"}),
    [](const auto& instance) {
      std::string name;
      for (const std::string& word : instance.param) {
        if (!word.starts_with("--")) name += word.substr(0, word.find('_'));
      }
      return name;
    });

nlohmann::json sandbox_of(const std::string& out) {
  return nlohmann::json::parse(read_bytes(out + "/summary.json"))["sandbox"];
}

class Sandbox : public ::testing::Test {
 protected:
  Sandbox() {
    fs::create_directory(folder_ / "in");
    write_digits(folder_ / "in/a.wav", 1);
  }
  ProgramEnd run_over(const Arguments& inputs, const Arguments& more = {},
                      const std::string& list = "") const {
    Program program = run_command(dtmf_model(), out(), inputs, more);
    program.standard_input = list;
    return run(program);
  }
  std::string out() const { return folder_ / "out"; }

  const TemporaryFolder folder_;
};

TEST_F(Sandbox, IsToldInTheSummary) {
  ASSERT_EQ(run_over({folder_ / "in"}).exit_code, 0);
  EXPECT_GE(sandbox_of(out())["landlock"], 1);
  EXPECT_EQ(sandbox_of(out())["seccomp"], true);
  EXPECT_EQ(sandbox_of(out())["reads"], "roots");
  EXPECT_GT(sandbox_of(out())["memory_bytes"], 0);
}

TEST_F(Sandbox, LetsWorkersReadWhereAListLeads) {
  const ProgramEnd end = run_over({"-"}, {}, folder_ / "in/a.wav");
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_GE(sandbox_of(out())["landlock"], 1);
  EXPECT_EQ(sandbox_of(out())["reads"], "everything");
}

TEST_F(Sandbox, LetsGlobsAndSingleFilesBeRead) {
  const ProgramEnd end = run_over({folder_ / "i?/*.wav"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  fs::remove_all(out());
  EXPECT_EQ(run_over({folder_ / "in/a.wav"}).exit_code, 0);
}

TEST_F(Sandbox, CanBeTurnedOff) {
  ASSERT_EQ(run_over({folder_ / "in"}, {"--sandbox", "off"}).exit_code, 0);
  EXPECT_EQ(sandbox_of(out()),
            nlohmann::json::parse(R"({"landlock": 0, "seccomp": false, "reads": "everything",
                                       "memory_bytes": 0})"));
}

TEST_F(Sandbox, RefusesALinkOutOfTheInputsWithTheRemedyThatWorks) {
  fs::rename(folder_ / "in/a.wav", folder_ / "elsewhere.wav");
  fs::create_symlink(folder_ / "elsewhere.wav", folder_ / "in/a.wav");
  ASSERT_EQ(run_over({folder_ / "in"}).exit_code, 1);
  EXPECT_THAT(read_bytes(out() + "/errors.jsonl"), HasSubstr("read-all"));
  fs::remove_all(out());
  EXPECT_EQ(run_over({folder_ / "in"}, {"--sandbox", "read-all"}).exit_code, 0);
  EXPECT_EQ(sandbox_of(out())["seccomp"], true);
}

class ModelDigest : public Sandbox {
 protected:
  std::string digest() const {
    const ProgramEnd end = run(rookery({"inspect", dtmf_model()}));
    const std::string word = "sha256       ";
    return end.out.substr(end.out.find(word) + word.size(), 64);
  }
};

TEST_F(ModelDigest, LetsThePinnedModelRun) {
  const ProgramEnd end = run_over({folder_ / "in"}, {"--model-digest", digest()});
  EXPECT_EQ(end.exit_code, 0) << end.err;
}

TEST_F(ModelDigest, OfAnotherModelIsRefusedWithBoth) {
  const std::string other(64, 'a');
  const ProgramEnd end = run_over({folder_ / "in"}, {"--model-digest", other});
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr(other));
  EXPECT_THAT(end.err, HasSubstr(digest()));
}

TEST_F(ModelDigest, HasToBeOneForEachModel) {
  const ProgramEnd end =
      run_over({folder_ / "in"}, {"--model-digest", digest(), "--model-digest", digest()});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_EQ(run_over({folder_ / "in"}, {"--model-digest", "abc"}).exit_code, 2);
}

}  // namespace
}  // namespace rookery::e2e
