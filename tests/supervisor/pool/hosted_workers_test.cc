// What becomes of a worker's end: whether the kernel killed it for memory is told by the count of
// its control group, here a made-up one.
#include "supervisor/pool/hosted_workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "supervisor/worker_death.h"
#include "tests/fakes/fake_clock.h"
#include "tests/supervisor/host/made_up_host.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

constexpr int kFirstPid = 4711;  // of no process: nothing here signals one

class HostedWorkersTest : public ::testing::Test {
 protected:
  HostedWorkersTest() {
    host_.write("proc/self/cgroup", "0::/job\n");
    kernel_has_killed(0);
    for (int slot = 0; slot < kSlots; ++slot) host_.write(score_file(slot), "0\n");
    workers_.emplace(HostedWorkers::open(EngineKind::kProcesses, std::vector<CoreSet>(kSlots),
                                         {std::chrono::seconds(9), std::chrono::seconds(9)},
                                         host_.files())
                         .value());
    start_all();
  }

  void kernel_has_killed(int processes) const {
    host_.write("cgroup/job/memory.events", "oom 1\noom_kill " + std::to_string(processes) + "\n");
  }
  static std::string score_file(int slot) {
    return "proc/" + std::to_string(kFirstPid + slot) + "/oom_score_adj";
  }

  void start_all() {
    for (const StartWorkers& start : workers_->due(clock_.now())) {
      const WorkerIdentity who = start.slots.front().identity;
      running_[who.slot] = {kFirstPid + who.slot, 0, {who}};
      workers_->started({running_[who.slot].pid, {who}});
    }
  }
  // The worker's last note says that it was at a batch.
  WorkerDied dies(SlotId slot, int wait_status) {
    Beacon beacon = Beacon::attach(UniqueFd(::dup(workers_->beacon_fd()))).value();
    beacon.writer(slot).note(BeaconStage::kForward, 1);
    PoolEvents events;
    WorkersEnded end = running_.at(slot);
    end.wait_status = wait_status;
    workers_->ended(end, clock_.now(), events);
    return std::get<WorkerDied>(events.front());
  }

  static constexpr int kSlots = 3;
  MadeUpHost host_;
  FakeClock clock_;
  std::optional<HostedWorkers> workers_;
  std::map<SlotId, WorkersEnded> running_;
};

TEST_F(HostedWorkersTest, TheKernelsKillForMemoryIsChargedAndTheNextKillFromOutsideIsNot) {
  kernel_has_killed(1);
  const WorkerDied hog = dies(1, SIGKILL);
  EXPECT_TRUE(hog.out_of_memory);
  EXPECT_EQ(kind_of_death(hog, false), DeathKind::kOutOfMemory);
  EXPECT_TRUE(is_charged(kind_of_death(hog, false)));
  EXPECT_THAT(describe_death(hog, kind_of_death(hog, false)), HasSubstr("for lack of memory"));

  const WorkerDied other = dies(0, SIGKILL);
  EXPECT_FALSE(other.out_of_memory);
  EXPECT_EQ(kind_of_death(other, false), DeathKind::kFromOutside);
}

TEST_F(HostedWorkersTest, EachKillOfTheKernelsIsOneWorkers) {
  kernel_has_killed(2);
  EXPECT_TRUE(dies(0, SIGKILL).out_of_memory);
  EXPECT_TRUE(dies(1, SIGKILL).out_of_memory);
  EXPECT_FALSE(dies(2, SIGKILL).out_of_memory);
}

TEST_F(HostedWorkersTest, ACrashIsNoneOfTheKernelsKills) {
  kernel_has_killed(1);
  EXPECT_FALSE(dies(0, SIGSEGV).out_of_memory);
  EXPECT_FALSE(dies(1, W_EXITCODE(3, 0)).out_of_memory);
  EXPECT_TRUE(dies(2, SIGKILL).out_of_memory);
}

TEST_F(HostedWorkersTest, TheKernelIsToTakeWorkersFirst) {
  for (int slot = 0; slot < kSlots; ++slot) {
    std::ifstream file(host_.file(score_file(slot)));
    int score = 0;
    file >> score;
    EXPECT_EQ(score, 500);
  }
}

TEST_F(HostedWorkersTest, OfThreadsThatEndTogetherThoseAtWorkAreToldFirst) {
  auto threads =
      HostedWorkers::open(EngineKind::kThreads, std::vector<CoreSet>(kSlots),
                          {std::chrono::seconds(9), std::chrono::seconds(9)}, host_.files())
          .value();
  WorkersEnded end{kFirstPid, SIGSEGV, {}};
  const auto due = threads.due(clock_.now());
  for (const SlotStart& start : due.front().slots) {
    end.workers.push_back(start.identity);
  }
  Beacon beacon = Beacon::attach(UniqueFd(::dup(threads.beacon_fd()))).value();
  beacon.writer(1).note(BeaconStage::kForward, 1);
  PoolEvents events;
  threads.ended(end, clock_.now(), events);
  std::vector<std::pair<SlotId, bool>> told;
  for (const PoolEvent& event : events) {
    const auto& death = std::get<WorkerDied>(event);
    told.emplace_back(death.slot, death.with_previous);
    EXPECT_EQ(death.busy_in_process, 1);
  }
  EXPECT_THAT(told,
              ::testing::ElementsAre(std::pair(1, false), std::pair(0, true), std::pair(2, true)));
}

// Where no process more is allowed, say.
TEST_F(HostedWorkersTest, OneThatCannotBeStartedIsTriedAgainAndAllThatCannotEndTheRun) {
  PoolEvents events;
  for (int round = 0; round < 5; ++round) {
    EXPECT_TRUE(events.empty() || !std::holds_alternative<PoolBroken>(events.back())) << round;
    for (auto& [slot, running] : running_) {
      workers_->ended({-1, W_EXITCODE(3, 0), running.workers}, clock_.now(), events);
    }
    clock_.advance(std::chrono::minutes(2));
    start_all();
  }
  ASSERT_TRUE(std::holds_alternative<PoolBroken>(events.back()));
  const Error why = std::get<PoolBroken>(events.back()).error;
  EXPECT_THAT(why.reason, HasSubstr("keep dying before they are ready, the last by exit code 3"));
  EXPECT_THAT(why.remedy, HasSubstr("fewer workers"));
}

}  // namespace
}  // namespace rookery
