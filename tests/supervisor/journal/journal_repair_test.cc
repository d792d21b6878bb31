// Journals that were damaged in any place: nothing of that is taken for what was written, and after
// a repair and one more run everything is there again.
#include "supervisor/journal/journal_repair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/supervisor/journal/damaged_journal.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Which file: the journal, a journal whose log has most of it, its log, or its vectors.
RC_GTEST_PROP(JournalRepair, WhateverIsDamagedIsToldAndDoneAgainAfterARepair, ()) {
  static const std::string expected = undisturbed();
  const bool in_log = *rc::gen::arbitrary<bool>();
  const DamagedJournal journal(2, in_log);
  const std::string suffix =
      *rc::gen::element<std::string>("", "", in_log ? "-wal" : "", ".vectors-1");
  const auto damages =
      *rc::gen::container<std::vector<Damage>>(*rc::gen::inRange<std::size_t>(1, 4), any_damage());
  for (const Damage& damage : damages) {
    if (fs::file_size(journal.path() + suffix) > 0) inflict(damage, journal.path() + suffix);
  }
  // Where the damage isn't noticed, it must be of no consequence.
  const DamagedJournal unrepaired_copy(journal);
  const auto unrepaired = unrepaired_copy.after_next_run();
  if (unrepaired) RC_ASSERT(*unrepaired == expected);
  const auto repair = repair_journal(journal.path());
  if (!repair) RC_FAIL(to_string(repair.error()));
  const auto repaired = journal.after_next_run();
  if (!repaired) RC_FAIL(to_string(repaired.error()));
  RC_ASSERT(*repaired == expected);
}

TEST(JournalRepair, AWholeJournalIsLeftAlone) {
  const DamagedJournal journal;
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_TRUE(repair.whole);
  EXPECT_EQ(repair.kept, kRecordings - 3);
  EXPECT_EQ(repair.under_way, 3);
  EXPECT_FALSE(fs::exists(journal.path() + ".damaged-1"));
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, KeepsWhatTheDamageDidNotTouchAndTheDamagedFile) {
  const DamagedJournal journal;
  const auto bytes = static_cast<std::int64_t>(fs::file_size(journal.path()));
  inflict({Damage::kZero, bytes / 2, 4096}, journal.path());
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_FALSE(repair.whole);
  EXPECT_EQ(repair.facts_lost, "");
  EXPECT_GT(repair.kept, kRecordings / 2);
  EXPECT_EQ(repair.set_aside, journal.path() + ".damaged-1");
  EXPECT_EQ(fs::file_size(repair.set_aside), bytes);
}

TEST(JournalRepair, AFirstPageThatIsGoneCostsNothing) {
  const DamagedJournal journal;
  std::fstream(journal.path(), std::ios::binary | std::ios::in | std::ios::out)
      .write(std::string(4096, 'x').data(), 4096);
  const auto refused = journal.after_next_run();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().remedy, HasSubstr("rookery status --repair"));
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_EQ(repair.kept, kRecordings - 3);
  EXPECT_EQ(repair.under_way, 3);
  EXPECT_EQ(repair.lost, 0);
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

// SQLite reads on where a table's row in the schema is damaged, if it is told to, as here.
TEST(JournalRepair, ADamagedSchemaIsNotTakenForWhole) {
  const DamagedJournal journal;
  const std::size_t place = read_bytes(journal.path()).find("tablecheckpoints");
  ASSERT_NE(place, std::string::npos);
  inflict({Damage::kZero, static_cast<std::int64_t>(place), 1}, journal.path());
  ASSERT_FALSE(journal.after_next_run().ok());
  EXPECT_FALSE(repair_journal(journal.path())->whole);
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, AChangedScoreIsNotedThoughTheDatabaseIsSound) {
  const DamagedJournal journal;
  ASSERT_TRUE(SqliteDatabase::open(journal.path(), SqliteAccess::kCreate)
                  .value()
                  ->execute("UPDATE detections SET score = score + 0.001 WHERE recording = 3"));
  const auto read = contents(*SqliteJournal::open(journal.path()).value());
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().reason, HasSubstr("rows of 2.wav"));
  EXPECT_EQ(repair_journal(journal.path())->lost, 1);
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, ALogThatIsMissingCostsWhatWasInIt) {
  const DamagedJournal journal(2, /*in_log=*/true);
  fs::remove(journal.path() + "-wal");
  ASSERT_TRUE(repair_journal(journal.path()));
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, ThatWasCutOffGoesOnFromTheFileSetAside) {
  const DamagedJournal journal;
  fs::rename(journal.path(), journal.path() + ".damaged-1");
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_EQ(repair.kept, kRecordings - 3);
  EXPECT_EQ(repair.set_aside, journal.path() + ".damaged-1");
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, WhatIsNoJournalOfThisVersionIsRefusedAndLeftAlone) {
  const DamagedJournal journal;
  ASSERT_TRUE(SqliteDatabase::open(journal.path(), SqliteAccess::kCreate)
                  .value()
                  ->execute("PRAGMA user_version = 5"));
  const auto repair = repair_journal(journal.path());
  ASSERT_FALSE(repair.ok());
  EXPECT_THAT(repair.error().reason, HasSubstr("schema version 5"));
  EXPECT_FALSE(fs::exists(journal.path() + ".damaged-1"));
  EXPECT_FALSE(repair_journal(journal.path() + "-none").ok());
}

TEST(JournalRepair, WithoutWhatTheRecordingsWereDoneWithNothingIsKept) {
  const DamagedJournal journal;
  ASSERT_TRUE(SqliteDatabase::open(journal.path(), SqliteAccess::kCreate)
                  .value()
                  ->execute("UPDATE facts SET value = '8000' WHERE name = 'card.sample_rate'"));
  const auto refused = journal.after_next_run();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().reason, HasSubstr("the fact card.sample_rate"));
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_THAT(repair.facts_lost, HasSubstr("card.sample_rate"));
  EXPECT_EQ(repair.kept, 0);
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

}  // namespace
}  // namespace rookery
