#include "supervisor/death_ledger.h"

#include <gtest/gtest.h>

#include <chrono>

#include "supervisor/charged_work.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;

const TimePoint kNow{std::chrono::hours(1)};

TEST(DeathLedgerTest, WaitsLongerAndLongerUpToTwoSeconds) {
  DeathLedger ledger;
  milliseconds before{0};
  for (int death = 1; death <= kMaxUnchargedDeaths; ++death) {
    ledger.uncharged_death(kNow);
    const milliseconds delay =
        ledger.hand_out_after() <= kNow
            ? milliseconds(0)
            : std::chrono::duration_cast<milliseconds>(ledger.hand_out_after() - kNow);
    EXPECT_EQ(delay > milliseconds(0), death > 2) << death;
    EXPECT_GE(delay, before);
    before = delay;
  }
  EXPECT_EQ(before, milliseconds(2000));
}

TEST(DeathLedgerTest, IsHopelessAfterTwentyWithoutProgressBetween) {
  DeathLedger ledger;
  for (int death = 1; death < kMaxUnchargedDeaths; ++death) ledger.uncharged_death(kNow);
  EXPECT_FALSE(ledger.hopeless());
  ledger.progress();
  for (int death = 1; death < kMaxUnchargedDeaths; ++death) ledger.uncharged_death(kNow);
  EXPECT_FALSE(ledger.hopeless());
  ledger.uncharged_death(kNow);
  EXPECT_TRUE(ledger.hopeless());
}

}  // namespace
}  // namespace rookery
