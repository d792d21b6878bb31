// The promises of supervisor/journal/journal.h about recordings that a later run takes up again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

#include "tests/supervisor/journal/journal_contract.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using JournalTakenUp = JournalContract;

INSTANTIATE_TEST_SUITE_P(, JournalTakenUp, ::testing::ValuesIn(journal_makers()),
                         [](const auto& test) { return test.param.name; });

TEST_P(JournalTakenUp, ACheckpointComesBackWithTheRowsBeforeIt) {
  using Checkpoints = std::map<std::int32_t, std::string>;
  const std::string bytes("any\0\xff bytes", 11);
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().append(id, {{0, 1, 0, 0.5F}}));
  ASSERT_TRUE(journal().checkpoint(id, 1, "an earlier one"));
  ASSERT_TRUE(journal().checkpoint(id, 1, bytes));
  ASSERT_TRUE(journal().checkpoint(id, 2, ""));
  next_run();
  const auto known = journal().admit(recording_of("a"), kIdentity).value().value();
  EXPECT_EQ(known.outcome.state, RecordingState::kPending);
  EXPECT_EQ(known.checkpoints, (Checkpoints{{1, bytes}, {2, ""}}));
  ASSERT_TRUE(journal().append(id, {{5, 6, 1, 0.25F}}));
  ASSERT_TRUE(journal().finish(id, done_in(6)));
  EXPECT_THAT(rows_of(journal(), id),
              ElementsAre(Detection{0, 1, 0, 0.5F}, Detection{5, 6, 1, 0.25F}));
  EXPECT_FALSE(journal().checkpoint(id, 1, bytes)) << "it is finished";
  next_run();
  EXPECT_THAT(journal().admit(recording_of("a"), kIdentity).value()->checkpoints, IsEmpty());
}

TEST_P(JournalTakenUp, ACheckpointGoesWithWhatItStandsFor) {
  const std::int64_t changed = admit("changed");
  const std::int64_t reopened = admit("reopened");
  for (const std::int64_t id : {changed, reopened}) {
    ASSERT_TRUE(journal().append(id, {{0, 1, 0, 0.5F}}));
    ASSERT_TRUE(journal().checkpoint(id, 0, "here"));
  }
  ASSERT_TRUE(journal().reopen(reopened));
  next_run();
  const FileIdentity other{kIdentity.size_bytes + 1, kIdentity.mtime_ns};
  EXPECT_THAT(journal().admit(recording_of("changed"), other).value()->checkpoints, IsEmpty());
  EXPECT_THAT(journal().admit(recording_of("reopened"), kIdentity).value()->checkpoints, IsEmpty());
  for (const std::int64_t id : {changed, reopened}) {
    ASSERT_TRUE(journal().finish(id, done_in(1)));
    EXPECT_THAT(rows_of(journal(), id), IsEmpty());
  }
}

TEST_P(JournalTakenUp, AttemptsCountTheRunsAndReopeningsThatTookARecordingUp) {
  const auto attempts_at_next_run = [this](const FileIdentity& identity = kIdentity) {
    next_run();
    return journal().admit(recording_of("a"), identity).value().value().attempts;
  };
  const std::int64_t id = admit("a");
  EXPECT_EQ(attempts_at_next_run(), 2) << "the first run left it pending";
  ASSERT_TRUE(journal().finish(id, {RecordingState::kFailed, 0, {}}));
  EXPECT_EQ(attempts_at_next_run(), 2) << "it had ended";
  ASSERT_TRUE(journal().reopen(id));
  ASSERT_TRUE(journal().reopen(id)) << "it is pending, so this takes up nothing";
  ASSERT_TRUE(journal().append(id, {{0, 1, 0, 0.5F}}));
  ASSERT_TRUE(journal().finish(id, done_in(1)));
  ASSERT_TRUE(journal().for_each_entry([](const JournalEntry& entry) {
    EXPECT_EQ(entry.attempts, 3);
    EXPECT_EQ(entry.rows, 1);
    return Done{};
  }));
  EXPECT_EQ(attempts_at_next_run({1, 1}), 4) << "the file has changed";
}

TEST_P(JournalTakenUp, EveryRecordingEndsOnce) {
  const std::int64_t id = admit("a");
  EXPECT_FALSE(journal().finish(id, {})) << "pending is no end";
  ASSERT_TRUE(journal().finish(id, done_in(1)));
  EXPECT_FALSE(journal().finish(id, done_in(2)));
  EXPECT_FALSE(journal().append(id, {{0, 1, 0, 0.5F}}));
  EXPECT_FALSE(journal().append(id + 1, {})) << "an id that was never given";
  EXPECT_FALSE(journal().finish(id + 1, done_in(1)));
  EXPECT_EQ(journal().counts()->done_us, 1);
  EXPECT_THAT(rows_of(journal(), id), IsEmpty());
}

TEST_P(JournalTakenUp, AReopenedRecordingIsPendingAndStartsWithNothing) {
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().append(id, {{0, 1, 0, 0.5F}}));
  ASSERT_TRUE(journal().finish(id, {RecordingState::kDoneWithGaps, 1, {{"a", "b", {}, {}}}}));
  ASSERT_TRUE(journal().reopen(id));
  EXPECT_EQ(journal().counts().value(), (JournalCounts{.pending = 1}));
  ASSERT_TRUE(journal().append(id, {{7, 8, 0, 0.5F}}));
  ASSERT_TRUE(journal().finish(id, done_in(8)));
  EXPECT_THAT(rows_of(journal(), id), ElementsAre(Detection{7, 8, 0, 0.5F}));
  EXPECT_FALSE(journal().reopen(id + 1));
}

}  // namespace
}  // namespace rookery
