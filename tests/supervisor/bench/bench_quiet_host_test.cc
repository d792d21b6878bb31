// When a host is taken for slow, from the paces that it is given.
#include <gtest/gtest.h>

#include <deque>

#include "supervisor/bench/host_pace.h"
#include "supervisor/bench/quiet_host.h"
#include "supervisor/host/cpu_topology.h"

namespace rookery {
namespace {

constexpr double kLeastShare = 0.8;

class QuietHostTest : public ::testing::Test {
 protected:
  // Of the looks that follow; after them always the last one again.
  void paces(std::deque<double> paces) { paces_ = std::move(paces); }

  double look() {
    const double pace = paces_.front();
    if (paces_.size() > 1) paces_.pop_front();
    return pace;
  }

  int pauses_before_a_run() {
    int pauses = 0;
    host_.await([&] { return ++pauses > 0; });
    return pauses;
  }

  // A run that is begun and ended at these paces.
  bool run(double before, double after) {
    paces({before});
    pauses_before_a_run();
    paces({after});
    return host_.disturbed();
  }

  std::deque<double> paces_ = {100};
  QuietHost host_{kLeastShare, [this] { return look(); }};
};

TEST_F(QuietHostTest, SetsNothingAsideWhileThePaceHolds) {
  for (const double pace : {100.0, 90.0, 81.0, 110.0, 89.0}) {
    EXPECT_FALSE(run(pace, pace)) << pace;
    EXPECT_EQ(host_.pace(), pace);
  }
}

TEST_F(QuietHostTest, SetsARunAsideAfterWhichTheHostIsSlow) {
  EXPECT_FALSE(run(100, 100));
  EXPECT_TRUE(run(100, 79));
  EXPECT_EQ(host_.pace(), 79);
  EXPECT_FALSE(run(95, 95));
}

TEST_F(QuietHostTest, WaitsBeforeARunUntilTheHostIsFast) {
  EXPECT_FALSE(run(100, 100));
  paces({50, 60, 70, 95});
  EXPECT_EQ(pauses_before_a_run(), 3);
  EXPECT_FALSE(host_.disturbed());
}

TEST_F(QuietHostTest, SetsARunAsideThatHadToBeginWhileTheHostWasSlow) {
  EXPECT_FALSE(run(100, 100));
  paces({50});
  EXPECT_EQ(pauses_before_a_run(), QuietHost::kMostPauses);
  paces({100});
  EXPECT_TRUE(host_.disturbed());
}

TEST_F(QuietHostTest, WaitsNoLongerThanItIsLet) {
  EXPECT_FALSE(run(100, 100));
  paces({50});
  int pauses = 0;
  host_.await([&] { return ++pauses < 3; });
  EXPECT_EQ(pauses, 3);
}

TEST_F(QuietHostTest, TakesAPaceForTheHostsOwnOnceItHasLasted) {
  EXPECT_FALSE(run(100, 100));
  int disturbed = 0;
  for (std::size_t i = 0; i < QuietHost::kLooks; ++i) disturbed += run(50, 50) ? 1 : 0;
  EXPECT_GT(disturbed, 0);
  EXPECT_FALSE(run(50, 50));
  EXPECT_FALSE(run(100, 100)) << "and a faster one at once";
  EXPECT_TRUE(run(50, 50));
}

TEST_F(QuietHostTest, WatchesNothingIfItIsNotAskedTo) {
  QuietHost unwatched(0, [] {
    ADD_FAILURE() << "it looked";
    return 1.0;
  });
  unwatched.await([] { return false; });
  EXPECT_FALSE(unwatched.disturbed());
  EXPECT_EQ(unwatched.pace(), 0);
  QuietHost blind(kLeastShare, {});
  blind.await([] { return false; });
  EXPECT_FALSE(blind.disturbed());
}

TEST(HostPace, CountsWhatAllProcessorsLoadAtOnce) {
  const auto topology = host_topology();
  ASSERT_TRUE(topology.ok());
  EXPECT_GT(host_pace({topology->cores.front().os_index}), 1e8) << "100 MB/s";
  EXPECT_EQ(host_pace({}), 0);
}

}  // namespace
}  // namespace rookery
