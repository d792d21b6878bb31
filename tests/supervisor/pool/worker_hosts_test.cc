#include "supervisor/pool/worker_hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr HostTimeouts kTimeouts{milliseconds(1000), milliseconds(60'000)};

class WorkerHostsTest : public testing::Test {
 protected:
  FakeClock clock_;
  WorkerHosts processes_{EngineKind::kProcesses, {{0}, {2, 3}}, kTimeouts};
  WorkerHosts threads_{EngineKind::kThreads, {{0}, {2, 3}}, kTimeouts};
};

TEST_F(WorkerHostsTest, AsksForOneProcessASlotOrOneForAllSlots) {
  const auto processes = processes_.due(clock_.now());
  ASSERT_EQ(processes.size(), 2U);
  EXPECT_THAT(processes[1].slots, ElementsAre(SlotStart{{1, 0}, {2, 3}}));
  const auto threads = threads_.due(clock_.now());
  ASSERT_EQ(threads.size(), 1U);
  EXPECT_THAT(threads[0].slots, ElementsAre(SlotStart{{0, 0}, {0}}, SlotStart{{1, 0}, {2, 3}}));
}

TEST_F(WorkerHostsTest, AsksOnlyOnce) {
  processes_.due(clock_.now());
  EXPECT_THAT(processes_.due(clock_.now()), IsEmpty());
}

TEST_F(WorkerHostsTest, GivesASuccessorTheSameSlotAndANewIncarnation) {
  processes_.due(clock_.now());
  processes_.ready({0, 0});
  processes_.ready({1, 0});
  EXPECT_THAT(processes_.ended({{1, 0}}, clock_.now()), ElementsAre(1));
  EXPECT_FALSE(processes_.is_current({1, 0}));
  const auto again = processes_.due(clock_.now());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_THAT(again[0].slots, ElementsAre(SlotStart{{1, 1}, {2, 3}}));
}

TEST_F(WorkerHostsTest, RestartsAllSlotsOfAProcessThatHostedAll) {
  threads_.due(clock_.now());
  threads_.ready({0, 0});
  threads_.ready({1, 0});
  EXPECT_THAT(threads_.ended({{0, 0}, {1, 0}}, clock_.now()), ElementsAre(0, 1));
}

TEST_F(WorkerHostsTest, IgnoresTheEndOfWhatIsNoLongerCurrent) {
  processes_.due(clock_.now());
  processes_.ended({{0, 0}}, clock_.now());
  EXPECT_THAT(processes_.ended({{0, 0}}, clock_.now()), IsEmpty());
}

TEST_F(WorkerHostsTest, WaitsEverLongerAfterWorkersThatDiedBeforeTheyWereReady) {
  processes_.due(clock_.now());
  processes_.ended({{0, 0}}, clock_.now());
  EXPECT_THAT(processes_.due(clock_.now()), IsEmpty());
  clock_.advance(milliseconds(100));
  EXPECT_EQ(processes_.due(clock_.now()).size(), 1U);
  processes_.ended({{0, 1}}, clock_.now());
  clock_.advance(milliseconds(100));
  EXPECT_THAT(processes_.due(clock_.now()), IsEmpty());
  clock_.advance(milliseconds(100));
  EXPECT_EQ(processes_.due(clock_.now()).size(), 1U);
}

TEST_F(WorkerHostsTest, GivesUpWhenEveryProcessDiedFiveTimesInARowBeforeItWasReady) {
  for (int death = 0; death < 5; ++death) {
    for (const SlotId slot : {0, 1}) {
      EXPECT_FALSE(processes_.hopeless());
      clock_.advance(milliseconds(10'000));
      processes_.due(clock_.now());
      processes_.ended({{slot, death}}, clock_.now());
    }
  }
  EXPECT_TRUE(processes_.hopeless());
}

TEST_F(WorkerHostsTest, GoesOnWithThoseThatAreWellAndTriesTheOthersNowAndThen) {
  processes_.due(clock_.now());
  processes_.ready({1, 0});
  for (int death = 0; death < 20; ++death) {
    processes_.ended({{0, death}}, clock_.now());
    clock_.advance(milliseconds(60'000));
    EXPECT_THAT(processes_.due(clock_.now()), SizeIs(1));
  }
  EXPECT_FALSE(processes_.hopeless());
}

TEST_F(WorkerHostsTest, NeverGivesUpOnWorkersThatCameUpBefore) {
  for (int death = 0; death < 20; ++death) {
    processes_.due(clock_.now());
    processes_.ready({0, death});
    processes_.ended({{0, death}}, clock_.now());
  }
  EXPECT_FALSE(processes_.hopeless());
}

TEST_F(WorkerHostsTest, TakesASilentWorkerForDeadButGivesALoadingOneItsTime) {
  processes_.due(clock_.now());
  processes_.started(100, {{0, 0}});
  processes_.started(101, {{1, 0}});
  processes_.alive({0, 0}, clock_.now());
  clock_.advance(milliseconds(1000));
  EXPECT_THAT(processes_.overdue(clock_.now()), ElementsAre(101));
  EXPECT_THAT(processes_.overdue(clock_.now()), IsEmpty());
  clock_.advance(milliseconds(59'000));
  EXPECT_THAT(processes_.overdue(clock_.now()), ElementsAre(100));
}

TEST_F(WorkerHostsTest, HasWorkForAProcessOnceAllItsWorkersCanDoSome) {
  processes_.due(clock_.now());
  EXPECT_THAT(processes_.ready({1, 0}), ElementsAre(1));
  threads_.due(clock_.now());
  EXPECT_THAT(threads_.ready({1, 0}), IsEmpty());
  EXPECT_THAT(threads_.ready({0, 0}), ElementsAre(0, 1));
  EXPECT_THAT(threads_.ready({0, 7}), IsEmpty()) << "of none that is current";
}

TEST_F(WorkerHostsTest, GivesUpOnThreadsOfWhichSomeNeverComeUp) {
  for (std::int32_t death = 0; death < 5; ++death) {
    EXPECT_FALSE(threads_.hopeless());
    threads_.due(clock_.now());
    threads_.ready({0, death});
    threads_.ended({{0, death}, {1, death}}, clock_.now());
    clock_.advance(std::chrono::minutes(2));
  }
  EXPECT_TRUE(threads_.hopeless());
}

TEST_F(WorkerHostsTest, RetiresOneProcessWithAllItsSlots) {
  processes_.due(clock_.now());
  processes_.started(101, {{1, 0}});

  processes_.ready({1, 0});
  EXPECT_THAT(processes_.retire(1), ElementsAre(1));
  EXPECT_THAT(processes_.retire(1), IsEmpty()) << "told already";
  EXPECT_TRUE(processes_.is_leaving(1));
  EXPECT_FALSE(processes_.is_leaving(0));
  EXPECT_THAT(processes_.ended({{1, 0}}, clock_.now()), ElementsAre(1));
  EXPECT_FALSE(processes_.is_leaving(1));
  EXPECT_THAT(processes_.due(clock_.now()), SizeIs(1)) << "at once";

  threads_.due(clock_.now());
  threads_.ready({1, 0});
  EXPECT_THAT(threads_.retire(1), IsEmpty()) << "another of its slots is not ready";
  threads_.ready({0, 0});
  EXPECT_THAT(threads_.retire(1), ElementsAre(0, 1));
}

TEST_F(WorkerHostsTest, StartsNobodyForSlotsThatAreNotWantedUntilTheyAreAgain) {
  processes_.due(clock_.now());
  processes_.ready({0, 0});
  processes_.ready({1, 0});
  EXPECT_THAT(processes_.set_wanted(1), ElementsAre(1));
  EXPECT_FALSE(processes_.is_wanted(1));
  processes_.ended({{1, 0}}, clock_.now());
  EXPECT_THAT(processes_.due(clock_.now()), IsEmpty());
  EXPECT_EQ(processes_.next_deadline(), std::nullopt);
  EXPECT_THAT(processes_.set_wanted(2), IsEmpty());
  const auto again = processes_.due(clock_.now());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_THAT(again[0].slots, ElementsAre(SlotStart{{1, 1}, {2, 3}}));
}

TEST_F(WorkerHostsTest, WantsAProcessOfSeveralSlotsAsLongAsOneOfThem) {
  threads_.due(clock_.now());
  threads_.ready({0, 0});
  threads_.ready({1, 0});
  EXPECT_THAT(threads_.set_wanted(1), IsEmpty());
  EXPECT_TRUE(threads_.is_wanted(1));
}

TEST_F(WorkerHostsTest, WithTheForkServerAllWorkersEndAndAreDueAgainAtOnce) {
  processes_.due(clock_.now());
  processes_.ready({0, 0});
  processes_.ended({{1, 0}}, clock_.now());
  EXPECT_THAT(processes_.all_ended(clock_.now()), ElementsAre(0)) << "the other was down";
  EXPECT_FALSE(processes_.is_current({0, 0}));
  EXPECT_THAT(processes_.due(clock_.now()), SizeIs(1));
  for (int death = 0; death < 20; ++death) {
    processes_.all_ended(clock_.now());
    processes_.due(clock_.now());
  }
  EXPECT_FALSE(processes_.hopeless());
}

TEST_F(WorkerHostsTest, TakesAForkServerForStuckThatStartsNobody) {
  processes_.due(clock_.now());
  EXPECT_FALSE(processes_.server_is_stuck(clock_.now()));
  clock_.advance(milliseconds(1000));
  EXPECT_TRUE(processes_.server_is_stuck(clock_.now()));
  processes_.all_ended(clock_.now());
  EXPECT_FALSE(processes_.server_is_stuck(clock_.now()));
}

TEST_F(WorkerHostsTest, TakesAForkServerForStuckThatDoesNotTellTheEndOfWhatWasKilled) {
  processes_.due(clock_.now());
  for (SlotId slot : {0, 1}) {
    processes_.started(100 + slot, {{slot, 0}});
    processes_.ready({slot, 0});
  }
  EXPECT_EQ(processes_.to_kill(1, clock_.now()), 101);
  EXPECT_EQ(processes_.next_deadline(), clock_.now() + kTimeouts.alive);
  clock_.advance(milliseconds(999));
  EXPECT_FALSE(processes_.server_is_stuck(clock_.now()));
  clock_.advance(milliseconds(1));
  EXPECT_TRUE(processes_.server_is_stuck(clock_.now()));
  processes_.ended({{1, 0}}, clock_.now());
  EXPECT_FALSE(processes_.server_is_stuck(clock_.now()));
  EXPECT_EQ(processes_.to_kill(1, clock_.now()), -1);
}

TEST_F(WorkerHostsTest, HasNoDeadlineOnceEverybodyIsReady) {
  processes_.due(clock_.now());
  EXPECT_EQ(processes_.next_deadline(), clock_.now() + kTimeouts.alive);
  processes_.ready({0, 0});
  processes_.ready({1, 0});
  EXPECT_EQ(processes_.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace rookery
