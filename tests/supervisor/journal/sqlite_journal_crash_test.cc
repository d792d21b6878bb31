// What of the journal in SQLite survives a dead process and a full disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "supervisor/journal/sqlite_journal.h"
#include "tests/supervisor/file_size_limit.h"
#include "tests/supervisor/journal/sqlite_journal_steps.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

class SqliteJournalCommits : public ::testing::TestWithParam<CommitLog> {
 protected:
  std::unique_ptr<SqliteJournal> open() { return SqliteJournal::open(path_, GetParam()).value(); }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "journal.sqlite";
};

INSTANTIATE_TEST_SUITE_P(, SqliteJournalCommits,
                         ::testing::Values(CommitLog::kAuto, CommitLog::kRollback),
                         [](const auto& test) {
                           return test.param == CommitLog::kAuto ? "WriteAheadLog" : "Rollback";
                         });

TEST_P(SqliteJournalCommits, ADeadProcessLosesNothingThatWasFlushedAndAllThatWasNot) {
  in_a_process_that_dies([this] {
    const auto journal = open();
    ASSERT_TRUE(journal->begin_run());
    add_recording(*journal, "flushed");
    ASSERT_TRUE(journal->flush());
    add_recording(*journal, "told too late");
    _exit(0);
  });
  const auto journal = open();
  EXPECT_EQ(journal->counts().value(),
            (JournalCounts{.done = 1, .detections = 1, .done_us = 1'000'000}));
}

TEST_P(SqliteJournalCommits, RowsOfARecordingThatADeadProcessLeftOpenAreRemovedByTheNextRun) {
  in_a_process_that_dies([this] {
    const auto journal = open();
    ASSERT_TRUE(journal->begin_run());
    add_recording(*journal, "finished");
    add_recording(*journal, "open", /*finished=*/false);
    ASSERT_TRUE(journal->flush());
    _exit(0);
  });
  const auto journal = open();
  EXPECT_EQ(query(path_, "SELECT count(*) FROM detections"), 2);
  ASSERT_TRUE(journal->begin_run());
  ASSERT_TRUE(journal->flush());
  EXPECT_EQ(query(path_, "SELECT count(*) FROM detections"), 1);
  EXPECT_EQ(journal->counts().value(),
            (JournalCounts{.pending = 1, .done = 1, .detections = 1, .done_us = 1'000'000}));
}

TEST_P(SqliteJournalCommits, TheFilesAsTheyLieOnDiskHoldWhatTheLastFlushCovered) {
  const auto journal = open();
  ASSERT_TRUE(journal->begin_run());
  for (int flushes = 0; flushes < 5; ++flushes) {
    add_recording(*journal, "covered " + std::to_string(flushes));
    ASSERT_TRUE(journal->flush());
    add_recording(*journal, "not yet covered " + std::to_string(flushes));
    const std::string copy = folder_ / ("copy" + std::to_string(flushes));
    fs::create_directory(copy);
    for (const char* suffix : {"", "-wal", "-journal"}) {
      if (fs::exists(path_ + suffix)) fs::copy(path_ + suffix, copy + "/journal.sqlite" + suffix);
    }
    const auto copied = SqliteJournal::open(copy + "/journal.sqlite", GetParam()).value();
    EXPECT_EQ(copied->counts()->done, 2 * flushes + 1);
    EXPECT_EQ(copied->counts()->detections, 2 * flushes + 1);
  }
}

TEST_P(SqliteJournalCommits, ARunOnAFullDiskKeepsWhatWasFlushedAndSaysWhatToDo) {
  const auto journal = open();
  ASSERT_TRUE(journal->begin_run());
  add_recording(*journal, "flushed");
  ASSERT_TRUE(journal->flush());
  const std::int64_t id = admit(*journal, "too large");
  const std::vector<Detection> rows(10'000, {0, 1, 0, 0.5F});
  Status status = Done{};
  {
    const FileSizeLimit limit(1 << 20);
    for (int chunk = 0; chunk < 100 && status; ++chunk) status = journal->append(id, rows);
    if (status) status = journal->flush();
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().stage, "journal");
  EXPECT_THAT(status.error().reason, HasSubstr(path_));
  EXPECT_THAT(status.error().remedy, HasSubstr("disk"));
  const Status later = journal->finish(id, kDone);
  EXPECT_FALSE(later);
  const Status flushed = journal->flush();
  ASSERT_FALSE(flushed) << "though there is space again: what was told in between is lost";
  EXPECT_EQ(flushed.error(), status.error());
  EXPECT_EQ(journal->counts().value(),
            (JournalCounts{.done = 1, .detections = 1, .done_us = 1'000'000}));
}

TEST_P(SqliteJournalCommits, VectorsThatADeadProcessLeftUncommittedNeverShow) {
  in_a_process_that_dies([this] {
    const auto journal = open();
    ASSERT_TRUE(journal->begin_run());
    const std::int64_t flushed = admit(*journal, "flushed");
    ASSERT_TRUE(journal->append_vectors(flushed, {1, {{0, 1}}, {1}}));
    ASSERT_TRUE(journal->finish(flushed, kDone));
    ASSERT_TRUE(journal->flush());
    ASSERT_TRUE(journal->append_vectors(admit(*journal, "lost"), {2, {{0, 1}}, {2, 3}}));
    _exit(0);
  });
  const auto journal = open();
  ASSERT_TRUE(journal->begin_run());
  const std::int64_t flushed = admit(*journal, "flushed");
  const std::int64_t lost = admit(*journal, "lost");
  ASSERT_TRUE(journal->append_vectors(lost, {1, {{0, 1}}, {4}}));
  ASSERT_TRUE(journal->finish(lost, kDone));
  std::vector<float> values;
  for (const std::int64_t id : {flushed, lost}) {
    ASSERT_TRUE(journal->for_each_vectors(id, [&values](const SegmentVectors& vectors) {
      values.insert(values.end(), vectors.values.begin(), vectors.values.end());
      return Done{};
    }));
  }
  EXPECT_EQ(values, (std::vector<float>{1, 4}));
}

TEST_P(SqliteJournalCommits, VectorsOnAFullDiskBreakTheJournalAndTheEarlierStay) {
  const auto journal = open();
  ASSERT_TRUE(journal->begin_run());
  const std::int64_t id = admit(*journal, "a");
  ASSERT_TRUE(journal->append_vectors(id, {1, {{0, 1}}, {1}}));
  ASSERT_TRUE(journal->finish(id, kDone));
  ASSERT_TRUE(journal->flush());
  const std::int64_t large = admit(*journal, "too large");
  Status status = Done{};
  {
    const FileSizeLimit limit(1 << 20);
    status = journal->append_vectors(large, {1 << 20, {{0, 1}}, std::vector<float>(1 << 20)});
  }
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().reason, HasSubstr(path_ + ".vectors-1"));
  EXPECT_FALSE(journal->flush());
  EXPECT_EQ(journal->vector_shape(id).value(), (VectorShape{1, 1}));
}

TEST(SqliteJournal, AFileOfVectorsThatWasCutIsToldByName) {
  const TemporaryFolder folder;
  const auto journal = SqliteJournal::open(folder / "journal.sqlite").value();
  ASSERT_TRUE(journal->begin_run());
  const std::int64_t id = admit(*journal, "a");
  ASSERT_TRUE(journal->append_vectors(id, {1, {{0, 1}}, {1}}));
  ASSERT_TRUE(journal->finish(id, kDone));
  fs::resize_file(folder / "journal.sqlite.vectors-1", 18);
  const Status status = journal->for_each_vectors(id, [](const SegmentVectors&) { return Done{}; });
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().reason,
              HasSubstr("journal.sqlite.vectors-1 is damaged: it ends before"));
}

}  // namespace
}  // namespace rookery
