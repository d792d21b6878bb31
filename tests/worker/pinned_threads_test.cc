// A real rookery-worker's threads run where its workers are pinned, those that make up the team of
// OpenMP with each worker among them; of workers that are not, where variables of OpenMP say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "supervisor/host/cpu_topology.h"
#include "supervisor/host/worker_environment.h"
#include "tests/worker/test_supervisor.h"
#include "tests/worker/toy_models.h"
#include "tests/worker/with_toy_model.h"

namespace rookery {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Pair;
using namespace rookery::testing;  // what tests make for themselves

using Setting = std::tuple<Mode, const char*>;

std::string name_of(const ::testing::TestParamInfo<Setting>& info) {
  const auto& [mode, openmp] = info.param;
  return std::string(mode.engine == EngineKind::kThreads ? "threads" : "processes") +
         (mode.start == StartKind::kSpawn ? "_spawn_" : "_fork_") + openmp;
}

// What a supervisor would start the worker tree with; this process's children have it.
class Environment {
 public:
  explicit Environment(const std::string& openmp,
                       const std::map<std::string, std::string>& given = {})
      : variables_(made_for(openmp, given)) {
    for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const auto& [name, value] : variables_) ::unsetenv(name.c_str());
  }

 private:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  static Variables made_for(const std::string& openmp,
                            const std::map<std::string, std::string>& given) {
    auto made = worker_environment("glibc", openmp, given);
    if (!made) throw std::runtime_error(to_string(made.error()));
    return *std::move(made);
  }

  Variables variables_;
};

std::string allowed_cores(const std::filesystem::path& task) {
  std::ifstream status(task / "status");
  for (std::string word; status >> word;) {
    if (word == "Cpus_allowed_list:" && status >> word) return word;
  }
  return "";
}

// How many threads of the process may run on which cores.
std::map<std::string, int> threads_by_cores(pid_t process) {
  std::map<std::string, int> counts;
  const std::string tasks = "/proc/" + std::to_string(process) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    ++counts[allowed_cores(task.path())];
  }
  return counts;
}

constexpr std::int32_t kTeam = 3;

// A worker of a model that is large enough for its operators to have a team.
class WideWorkers : protected WithToyModel {
 protected:
  WideWorkers() {
    // Large enough for LibTorch to share it among all threads.
    make_module({{"weights", toy_weights()}}, {},
                "def forward(self, x):\n"
                "  wide = torch.sin(x.repeat(8, 16))\n"
                "  return torch.matmul(x, self.weights) + 0 * wide.sum()\n")
        .save(folder_.file("wide.pt"));
    const auto here = host_topology().value();
    for (const Core& core : here.cores) cores_.push_back(core.os_index);
  }

  WorkerSettings wide_settings(const Mode& mode) const {
    WorkerSettings wide = settings(mode);
    wide.models.front().file = folder_.file("wide.pt");
    wide.intra_op = kTeam;
    return wide;
  }
  SlotStart slot(SlotId id) const { return {{id, 1}, {cores_.at(static_cast<std::size_t>(id))}}; }
  std::string last_core() const { return std::to_string(cores_.back()); }
  std::string core_of(SlotId id) const {
    return std::to_string(cores_.at(static_cast<std::size_t>(id)));
  }

  static void until_ready(TestSupervisor& supervisor) {
    supervisor.expect<ServerAlive>();
    supervisor.expect<ServerReady>();
  }

  void do_a_task(TestSupervisor& supervisor, SlotId id) const {
    supervisor.send({id, 1}, Probe{1, recording()});
    const auto probed = std::get<ProbeDone>(supervisor.next_answer().message.value());
    supervisor.send({id, 1}, task(2, probed.properties));
    const auto done = std::get<TaskDone>(supervisor.next_answer().message.value());
    ASSERT_EQ(done.result.parts.at(0).failure, std::nullopt);
  }

 private:
  TemporaryFolder folder_;
  std::vector<int> cores_;
};

class PinnedThreads : public ::testing::TestWithParam<Setting>, protected WideWorkers {
 protected:
  PinnedThreads() : environment_(std::get<1>(GetParam())) {}

 private:
  Environment environment_;
};

TEST_P(PinnedThreads, StayOnTheirWorkersCores) {
  TestSupervisor supervisor(wide_settings(std::get<0>(GetParam())), 2);
  until_ready(supervisor);
  if (std::get<0>(GetParam()).engine == EngineKind::kThreads) {
    const pid_t process = supervisor.start({slot(0), slot(1)});
    for (const SlotId id : {0, 1}) do_a_task(supervisor, id);
    // The others are the process's own.
    EXPECT_THAT(threads_by_cores(process),
                ::testing::IsSupersetOf({Pair(core_of(0), kTeam), Pair(core_of(1), kTeam)}));
    return;
  }
  for (const SlotId id : {0, 1}) {
    const pid_t process = supervisor.start({slot(id)});
    do_a_task(supervisor, id);
    EXPECT_THAT(threads_by_cores(process), ElementsAre(Pair(core_of(id), Ge(kTeam))));
  }
}

// A sanitizer has to come before what is preloaded, so there is no libomp then.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
const auto kRuntimes = ::testing::Values("libgomp");
#else
const auto kRuntimes = ::testing::Values("libgomp", "libomp");
#endif

INSTANTIATE_TEST_SUITE_P(
    Settings, PinnedThreads,
    ::testing::Combine(
        ::testing::Values(Mode{EngineKind::kProcesses, StartKind::kFork, WeightsKind::kShared},
                          Mode{EngineKind::kProcesses, StartKind::kSpawn, WeightsKind::kShared},
                          Mode{EngineKind::kThreads, StartKind::kFork, WeightsKind::kShared},
                          Mode{EngineKind::kThreads, StartKind::kSpawn, WeightsKind::kShared}),
        kRuntimes),
    name_of);

// {runtime, variable, what it says before and behind the number of a core}
using Placement = std::array<std::string, 4>;

class PlacedThreads : public ::testing::TestWithParam<Placement>, protected WideWorkers {};

TEST_P(PlacedThreads, OfWorkersThatAreNotPinnedRunWhereTheVariableSays) {
  const auto& [openmp, variable, before, behind] = GetParam();
  const Environment environment(openmp, {{variable, before + last_core() + behind}});
  TestSupervisor supervisor(
      wide_settings({EngineKind::kProcesses, StartKind::kSpawn, WeightsKind::kShared}), 1);
  until_ready(supervisor);
  const pid_t process = supervisor.start({{{0, 1}, {}}});
  do_a_task(supervisor, 0);
  EXPECT_THAT(threads_by_cores(process), Contains(Pair(last_core(), Ge(kTeam))));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
const auto kPlacements = ::testing::Values(Placement{"libgomp", "GOMP_CPU_AFFINITY", "", ""});
#else
const auto kPlacements = ::testing::Values(
    Placement{"libgomp", "GOMP_CPU_AFFINITY", "", ""},
    Placement{"libomp", "KMP_AFFINITY", "granularity=fine,explicit,proclist=[", "]"});
#endif

INSTANTIATE_TEST_SUITE_P(Variables, PlacedThreads, kPlacements,
                         [](const ::testing::TestParamInfo<Placement>& instance) {
                           return instance.param[1];
                         });

}  // namespace
}  // namespace rookery
