// What a journal takes for the file that it knows, with digests of the bytes and without.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/supervisor/journal/journal_contract.h"

namespace rookery {
namespace {

using ::testing::IsEmpty;

const FileIdentity kPlain{1000, 5};
const FileIdentity kWithDigest{1000, 5, "d"};
const FileIdentity kTouched{1000, 6, "d"};
const FileIdentity kOtherBytes{1000, 5, "e"};

class JournalIdentity : public JournalContract {
 protected:
  void finish_one(const FileIdentity& identity, const RecordingOutcome& outcome) {
    ASSERT_TRUE(journal().finish(admit("a", identity), outcome));
  }
  // What the next run is told of it when the file is then known by this.
  JournalEntry taken_up_as(const FileIdentity& identity) {
    next_run();
    return journal().admit(recording_of("a"), identity).value().value();
  }
};

INSTANTIATE_TEST_SUITE_P(, JournalIdentity, ::testing::ValuesIn(journal_makers()),
                         [](const auto& test) { return test.param.name; });

TEST_P(JournalIdentity, ATouchedFileWithTheSameBytesIsTheSame) {
  finish_one(kWithDigest, done_in(7));
  EXPECT_EQ(taken_up_as(kTouched).outcome, done_in(7));
  EXPECT_EQ(taken_up_as({1000, 6}).outcome, done_in(7)) << "its new time of change is kept";
}

TEST_P(JournalIdentity, OtherBytesAreAnotherFileAlsoWithTheSameSizeAndTime) {
  finish_one(kWithDigest, done_in(7));
  const JournalEntry entry = taken_up_as(kOtherBytes);
  EXPECT_EQ(entry.outcome, RecordingOutcome{});
  EXPECT_EQ(entry.identity, kOtherBytes);
  EXPECT_THAT(rows_of(journal(), entry.id), IsEmpty());
}

TEST_P(JournalIdentity, ADigestThatWasNotKnownIsFilledIn) {
  finish_one(kPlain, done_in(7));
  EXPECT_EQ(taken_up_as(kWithDigest).outcome, done_in(7));
  EXPECT_EQ(taken_up_as(kTouched).outcome, done_in(7));
  EXPECT_EQ(taken_up_as(kOtherBytes).outcome, RecordingOutcome{});
}

TEST_P(JournalIdentity, ADigestOutlivesRunsThatDoNotAskForIt) {
  finish_one(kWithDigest, done_in(7));
  const JournalEntry entry = taken_up_as(kPlain);
  EXPECT_EQ(entry.outcome, done_in(7));
  EXPECT_EQ(entry.identity, kWithDigest);
  EXPECT_EQ(taken_up_as(kTouched).outcome, done_in(7));
}

TEST_P(JournalIdentity, ADigestGoesWithTheFileThatItWasOf) {
  finish_one(kWithDigest, done_in(7));
  const FileIdentity changed{1001, 8};
  const JournalEntry entry = taken_up_as(changed);
  EXPECT_EQ(entry.outcome, RecordingOutcome{});
  EXPECT_EQ(entry.identity, changed);
}

TEST_P(JournalIdentity, ATouchedFileThatFailedIsTakenAnew) {
  const RecordingOutcome failed{RecordingState::kFailed, 0, {{"decode", "changed", {}, {}}}};
  finish_one(kWithDigest, failed);
  EXPECT_EQ(taken_up_as(kWithDigest).outcome, failed);
  EXPECT_EQ(taken_up_as(kTouched).outcome, RecordingOutcome{});
}

TEST_P(JournalIdentity, ATouchedFileIsTakenUpAtItsCheckpoint) {
  const std::int64_t id = admit("a", kWithDigest);
  ASSERT_TRUE(journal().checkpoint(id, 0, "half"));
  EXPECT_EQ(taken_up_as(kTouched).checkpoints.at(0), "half");
  EXPECT_THAT(taken_up_as(kOtherBytes).checkpoints, IsEmpty());
}

}  // namespace
}  // namespace rookery
