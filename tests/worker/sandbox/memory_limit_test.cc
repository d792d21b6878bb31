// A worker that runs away is refused memory by the kernel, in a child of the test.
#include "worker/sandbox/memory_limit.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <future>
#include <new>
#include <thread>
#include <vector>

#include "tests/temporary_folder.h"
#include "worker/sandbox/sandbox.h"

namespace rookery {
namespace {

constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;

bool holds_in_child(const std::function<bool()>& claim) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(claim() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool can_map(std::int64_t bytes, int kind) {
  void* const mapping = ::mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ | PROT_WRITE,
                               kind | MAP_ANONYMOUS, -1, 0);
  return mapping != MAP_FAILED;
}

bool can_allocate(std::int64_t bytes) {
  void* const memory = ::operator new(static_cast<std::size_t>(bytes), std::nothrow);
  return memory != nullptr;
}

WorkerSettings limited_to(std::int64_t bytes) {
  WorkerSettings settings;
  settings.max_memory_bytes = bytes;
  return settings;
}

TEST(MemoryLimit, LetsAProcessTakeWhatIsAllowedAndNoMore) {
  EXPECT_TRUE(holds_in_child([] {
    return limit_memory(100 * kMegabyte).ok() && can_map(60 * kMegabyte, MAP_PRIVATE) &&
           !can_map(60 * kMegabyte, MAP_PRIVATE) && !can_allocate(60 * kMegabyte);
  }));
}

// The weights, which all workers share.
TEST(MemoryLimit, LeavesSharedMemoryAlone) {
  EXPECT_TRUE(holds_in_child(
      [] { return limit_memory(10 * kMegabyte).ok() && can_map(500 * kMegabyte, MAP_SHARED); }));
}

TEST(MemoryLimit, CannotBeRaisedInTheSandbox) {
  EXPECT_TRUE(holds_in_child([] {
    WorkerSettings settings = limited_to(10 * kMegabyte);
    SandboxState state;
    const rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    return close_sandbox(settings, 1, state).ok() && !can_map(1000 * kMegabyte, MAP_PRIVATE) &&
           ::setrlimit(RLIMIT_DATA, &more) != 0;
  }));
}

TEST(MemoryLimit, IsNoneWithoutTheSandboxOrANumber) {
  EXPECT_TRUE(holds_in_child([] {
    WorkerSettings off = limited_to(10 * kMegabyte);
    off.sandbox = false;
    SandboxState state;
    return close_sandbox(off, 1, state).ok() && close_sandbox(limited_to(0), 1, state).ok() &&
           can_map(1000 * kMegabyte, MAP_PRIVATE);
  }));
}

TEST(MemoryLimit, LeavesRoomForTheStacksOfEveryWorkersThreads) {
  EXPECT_TRUE(holds_in_child([] {
    constexpr int kWorkers = 3;
    WorkerSettings settings = limited_to(1);
    settings.intra_op = 16;
    const bool limited = limit_memory(memory_allowance(settings, kWorkers)).ok();
    std::promise<void> all_run;
    const std::shared_future<void> go_on = all_run.get_future().share();
    std::vector<std::thread> threads;
    for (int i = 0; i < kWorkers * settings.intra_op; ++i) {
      threads.emplace_back([go_on] { go_on.wait(); });
    }
    all_run.set_value();
    for (std::thread& thread : threads) thread.join();
    return limited;
  }));
}

TEST(MemoryLimit, OfSeveralWorkersInAProcessIsTheirSum) {
  const WorkerSettings settings = limited_to(100 * kMegabyte);
  EXPECT_EQ(memory_allowance(settings, 5), 5 * memory_allowance(settings, 1));
  EXPECT_GE(memory_allowance(settings, 1), 200 * kMegabyte);
}

TEST(MemoryLimit, HasRoomForWeightsThatAreLoadedBehindIt) {
  const TemporaryFolder folder;
  std::ofstream(folder / "model.pt") << std::string(1'000'000, 'x');
  WorkerSettings settings = limited_to(100 * kMegabyte);
  settings.models.push_back({});
  settings.models.back().file = folder / "model.pt";
  const std::int64_t shared = memory_allowance(settings, 2);
  settings.weights = WeightsKind::kPrivate;
  EXPECT_EQ(memory_allowance(settings, 2) - shared, 2 * 4'000'000);
  settings.models.back().file = folder.path();
  EXPECT_EQ(memory_allowance(settings, 2) - shared, 2 * 4'000'000) << "of an unpacked package";
}

TEST(MemoryLimit, IsFoundToHold) { EXPECT_TRUE(memory_limit_holds()); }

}  // namespace
}  // namespace rookery
