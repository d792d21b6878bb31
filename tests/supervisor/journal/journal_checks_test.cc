// What damaged headers tell keeps no recording from ending.
#include "supervisor/journal/journal_checks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>

namespace rookery {
namespace {

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();

TEST(JournalChecks, AnOutcomeIsPossibleOnceAnOriginThatCannotBeIsLeftOut) {
  RecordingOutcome outcome;
  outcome.duration_us = 5'000'000;
  outcome.origin_us = kFar;
  outcome.faults = {{"probe", "cut off", 5'000'000, 6'000'000}};
  EXPECT_FALSE(has_possible_times(outcome));
  leave_out_impossible_origin(outcome);
  EXPECT_TRUE(has_possible_times(outcome));
  EXPECT_EQ(outcome.origin_us, std::nullopt);
  EXPECT_EQ(outcome.faults[0].end_us, 6'000'000);
}

TEST(JournalChecks, WhatIsPossibleStays) {
  RecordingOutcome outcome;
  outcome.origin_us = -1'000'000;
  outcome.faults = {{"forward", "a crash", 1, 2}};
  const RecordingOutcome before = outcome;
  leave_out_impossible_origin(outcome);
  EXPECT_EQ(outcome, before);
}

}  // namespace
}  // namespace rookery
