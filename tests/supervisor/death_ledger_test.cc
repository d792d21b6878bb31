#include "supervisor/death_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "supervisor/charged_work.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;

const TimePoint kNow{std::chrono::hours(1)};

// Each as soon as work is handed out again.
void deaths_in_a_row(DeathLedger& ledger, int count) {
  for (int death = 0; death < count; ++death) {
    ledger.uncharged_death(std::max(kNow, ledger.hand_out_after()));
  }
}

TEST(DeathLedgerTest, WaitsLongerAndLongerUpToTwoSeconds) {
  DeathLedger ledger;
  milliseconds before{0};
  TimePoint now = kNow;
  for (int death = 1; death <= kMaxUnchargedDeaths; ++death) {
    ledger.uncharged_death(now);
    const milliseconds delay =
        ledger.hand_out_after() <= now
            ? milliseconds(0)
            : std::chrono::duration_cast<milliseconds>(ledger.hand_out_after() - now);
    now += delay;
    EXPECT_EQ(delay > milliseconds(0), death > 2) << death;
    EXPECT_GE(delay, before);
    before = delay;
  }
  EXPECT_EQ(before, milliseconds(2000));
}

TEST(DeathLedgerTest, IsHopelessAfterTwentyWithoutProgressBetween) {
  DeathLedger ledger;
  deaths_in_a_row(ledger, kMaxUnchargedDeaths - 1);
  EXPECT_FALSE(ledger.hopeless());
  ledger.progress();
  deaths_in_a_row(ledger, kMaxUnchargedDeaths - 1);
  EXPECT_FALSE(ledger.hopeless());
  deaths_in_a_row(ledger, 1);
  EXPECT_TRUE(ledger.hopeless());
}

TEST(DeathLedgerTest, IsNotPutOffByDeathsWhileItWaits) {
  DeathLedger ledger;
  deaths_in_a_row(ledger, 10);
  const TimePoint hand_out_after = ledger.hand_out_after();
  for (int death = 0; death < kMaxUnchargedDeaths; ++death) {
    ledger.uncharged_death(hand_out_after - milliseconds(1));
  }
  EXPECT_EQ(ledger.hand_out_after(), hand_out_after);
  EXPECT_FALSE(ledger.hopeless());
}

}  // namespace
}  // namespace rookery
