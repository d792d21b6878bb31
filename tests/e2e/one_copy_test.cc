// Invariant 4: one copy of the weights on the host, the same pages in every worker, read-only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "tests/e2e/process_tree.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::SizeIs;

constexpr std::int64_t kMega = 1'000'000;
constexpr std::int64_t kWeightsBytes = 100 * kMega;

std::vector<Mapping> stores_in(pid_t process) {
  return mappings_of(process, "/memfd:rookery-weights");
}

// A run of four workers, which does not end by itself.
class WorkingTree {
 public:
  explicit WorkingTree(const Arguments& settings) : running_(program(settings)) {
    wait_until([this] { return workers().size() == 4; }, "four workers");
  }

  // Spawned workers come to the store some time after they have started.
  void wait_for_stores() const {
    wait_until(
        [this] {
          const auto all = workers();
          return std::ranges::all_of(all, [](pid_t worker) { return !stores_in(worker).empty(); });
        },
        "stores in all workers");
  }

  std::vector<pid_t> workers() const {
    const auto servers = children_of(running_.pid());
    return servers.empty() ? std::vector<pid_t>() : children_of(servers.front());
  }
  std::vector<pid_t> processes() const { return processes_with(mark_); }

 private:
  Program program(const Arguments& settings) const {
    write_digits(folder_ / "a.wav", 1);
    Arguments words = {"--workers", "4", "--oversubscribe", "--set", "test_delay_ms=60000"};
    words.insert(words.end(), settings.begin(), settings.end());
    Program program =
        run_command(test_data("weighty-model"), folder_ / "out", {folder_ / "a.wav"}, words);
    program.environment = {{Mark::kVariable, mark_.value}};
    return program;
  }
  void wait_until(const std::function<bool()>& holds, const char* what) const {
    if (!eventually(holds)) {
      throw std::runtime_error(std::string("no ") + what + ": " + running_.err_so_far());
    }
  }

  TemporaryFolder folder_;
  Mark mark_ = Mark::make();
  RunningProgram running_;
};

class SharedWeights : public ::testing::TestWithParam<const char*> {};

TEST_P(SharedWeights, AreTheSamePagesInEveryWorkerAndThereOnce) {
  const WorkingTree tree({"--weights", "shared", "--start", GetParam()});
  tree.wait_for_stores();
  std::set<std::uint64_t> inodes;
  for (const pid_t worker : tree.workers()) {
    const auto stores = stores_in(worker);
    ASSERT_THAT(stores, SizeIs(1));
    EXPECT_EQ(stores[0].permissions[1], '-') << "a worker could write into the weights";
    EXPECT_GE(stores[0].size_bytes, kWeightsBytes);
    inodes.insert(stores[0].inode);
  }
  EXPECT_THAT(inodes, SizeIs(1));

  std::int64_t pss_bytes = 0;
  std::int64_t store_bytes = 0;
  for (const pid_t process : tree.processes()) {
    for (const Mapping& store : stores_in(process)) {
      pss_bytes += store.pss_bytes;
      store_bytes = store.size_bytes;
    }
  }
  EXPECT_LE(pss_bytes, store_bytes + kMega) << "PSS counts a shared page once over all processes";
}

// No second copy hides in a worker's own memory, even beside the 60 MB of LibTorch that a spawned
// one has.
TEST_P(SharedWeights, LeaveAWorkersOwnMemorySmallerThanThey) {
  const WorkingTree tree({"--weights", "shared", "--start", GetParam()});
  tree.wait_for_stores();
  for (const pid_t worker : tree.workers()) {
    EXPECT_LT(private_bytes(worker), kWeightsBytes) << program_name(worker);
  }
}

INSTANTIATE_TEST_SUITE_P(Starts, SharedWeights, ::testing::Values("fork", "spawn"),
                         [](const auto& instance) { return std::string(instance.param); });

// The most that the processes of a whole run had, shared pages once.
std::int64_t peak_bytes_of_threads(const char* workers) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 1);
  const ProgramEnd end =
      run(run_command(test_data("weighty-model"), folder / "out", {folder / "a.wav"},
                      {"--engine", "threads", "--workers", workers, "--oversubscribe"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return nlohmann::json::parse(
      read_bytes(folder / "out/summary.json"))["peak_memory"]["tree_pss_bytes"];
}

TEST(ThreadsEngine, HasOneCopyOfTheWeightsHoweverManyThreadsThereAre) {
  EXPECT_LT(peak_bytes_of_threads("4") - peak_bytes_of_threads("1"), kWeightsBytes);
}

// What the tests above would see if weights were not shared.
TEST(PrivateWeights, AreInEveryWorkersOwnMemory) {
  const WorkingTree tree({"--weights", "private"});
  for (const pid_t worker : tree.workers()) {
    EXPECT_THAT(stores_in(worker), SizeIs(0));
    EXPECT_TRUE(eventually([&] { return private_bytes(worker) >= kWeightsBytes; }));
  }
}

}  // namespace
}  // namespace rookery::e2e
