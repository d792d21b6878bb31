// Which cores the threads of a run's workers may run on, asked of the kernel. Needs two cores.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/held_thread.h"
#include "tests/e2e/process_tree.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::Each;
using ::testing::Ge;
using ::testing::SizeIs;

using Cores = std::set<std::size_t>;

// Of a thread, by its id; 0 is the calling one. Empty if it is gone.
Cores allowed_cores(pid_t thread) {
  cpu_set_t allowed;
  Cores cores;
  if (::sched_getaffinity(thread, sizeof(allowed), &allowed) != 0) return cores;
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.insert(core);
  }
  return cores;
}

struct Hosting {
  const char* name;
  Arguments settings;

  friend void PrintTo(const Hosting& hosting, std::ostream* out) { *out << hosting.name; }
};

std::string name_of(const ::testing::TestParamInfo<Hosting>& info) { return info.param.name; }

class PinnedWorkers : public ::testing::TestWithParam<Hosting> {
 protected:
  PinnedWorkers() {
    std::filesystem::create_directory(folder_ / "in");
    for (const char* name : {"a", "b", "c", "d"}) {
      write_digits(folder_ / ("in/" + std::string(name) + ".wav"), 60);
    }
  }

  // A run whose tasks end late.
  Program program(Arguments words) const {
    words.insert(words.end(), {"--set", "test_delay_ms=60000"});
    words.insert(words.end(), GetParam().settings.begin(), GetParam().settings.end());
    return run_command(dtmf_model(), folder_ / "out", {folder_ / "in"}, words);
  }

  static bool in_one_process() { return std::ranges::count(GetParam().settings, "threads") > 0; }

  // What each thread of the workers' processes is allowed, by process.
  static std::vector<std::vector<Cores>> cores_of_threads(const RunningProgram& supervisor) {
    std::vector<std::vector<Cores>> found;
    for (const pid_t server : children_of(supervisor.pid())) {
      for (const pid_t process : children_of(server)) {
        std::vector<Cores>& threads = found.emplace_back();
        for (const pid_t thread : threads_of(process)) threads.push_back(allowed_cores(thread));
      }
    }
    return found;
  }

  // By worker. Of a process of several, threads that are none's are left out.
  static std::multiset<Cores> pinned_to(const RunningProgram& supervisor) {
    std::multiset<Cores> pinned;
    for (const auto& threads : cores_of_threads(supervisor)) {
      if (in_one_process()) {
        pinned.insert(threads.begin(), threads.end());
        pinned.erase(allowed_cores(0));
      } else {
        const std::set<Cores> of_process(threads.begin(), threads.end());
        pinned.insert(of_process.begin(), of_process.end());
      }
    }
    return pinned;
  }

  const TemporaryFolder folder_;
};

TEST_P(PinnedWorkers, OfOneThreadHaveACoreEach) {
  ASSERT_GE(allowed_cores(0).size(), 2U) << "this test needs two cores";
  const RunningProgram supervisor(program({"--workers", "2", "--intra-op", "1"}));
  EXPECT_TRUE(eventually([&] {
    const auto pinned = pinned_to(supervisor);
    return pinned.size() == 2 && pinned.begin()->size() == 1 && pinned.rbegin()->size() == 1 &&
           *pinned.begin() != *pinned.rbegin();
  })) << ::testing::PrintToString(pinned_to(supervisor));
}

// Of the threads of operators tests/worker/pinned_threads_test tells.
TEST_P(PinnedWorkers, OfTwoThreadsHaveTwoCores) {
  ASSERT_GE(allowed_cores(0).size(), 2U) << "this test needs two cores";
  const RunningProgram supervisor(program({"--workers", "1", "--intra-op", "2"}));
  // ZeroMQ's two, made once the process is pinned; and the worker's, where it is not the main one.
  const std::size_t threads = in_one_process() ? 4 : 3;
  ASSERT_TRUE(eventually([&] {
    const auto found = cores_of_threads(supervisor);
    return found.size() == 1 && found.front().size() >= threads;
  })) << ::testing::PrintToString(cores_of_threads(supervisor));
  const auto found = cores_of_threads(supervisor).front();
  if (in_one_process()) {
    EXPECT_THAT(found, Each(SizeIs(Ge(2U))));
  } else {
    EXPECT_THAT(found, Each(SizeIs(2U)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Hostings, PinnedWorkers,
    ::testing::Values(Hosting{"ForkedProcesses", {"--engine", "processes", "--start", "fork"}},
                      Hosting{"SpawnedProcesses", {"--engine", "processes", "--start", "spawn"}},
                      Hosting{"Threads", {"--engine", "threads", "--start", "fork"}}),
    name_of);

}  // namespace
}  // namespace rookery::e2e
