#include "supervisor/death_ledger.h"

#include <algorithm>
#include <chrono>

#include "supervisor/charged_work.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;

// One or two may just happen.
constexpr int kDeathsWithoutDelay = 2;
constexpr milliseconds kFirstDelay{50};
constexpr milliseconds kLongestDelay{2'000};

milliseconds delay_after(int deaths_in_a_row) {
  milliseconds delay = kFirstDelay;
  for (int i = kDeathsWithoutDelay + 1; i < deaths_in_a_row && delay < kLongestDelay; ++i) {
    delay *= 2;
  }
  return std::min(delay, kLongestDelay);
}

}  // namespace

void DeathLedger::uncharged_death(TimePoint now) {
  if (now < hand_out_after_) return;
  if (++in_a_row_ > kDeathsWithoutDelay) hand_out_after_ = now + delay_after(in_a_row_);
}

bool DeathLedger::hopeless() const { return in_a_row_ >= kMaxUnchargedDeaths; }

}  // namespace rookery
