// What the journal in SQLite promises beyond supervisor/journal/journal.h: what survives a crash,
// what is refused, and what happens on a full disk.
#include "supervisor/journal/sqlite_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "supervisor/journal/file_system.h"
#include "supervisor/journal/sqlite_database.h"
#include "tests/supervisor/file_size_limit.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kRecordings = 50'000;
constexpr FileIdentity kIdentity{1, 2};
const RecordingOutcome kDone{RecordingState::kDone, 1'000'000, {}};

std::int64_t admit(Journal& journal, const std::string& key) {
  return journal.admit({0, key, "/" + key}, kIdentity).value().value().id;
}

// Admits a recording, gives it one row and, if wanted, ends it.
void add_recording(Journal& journal, const std::string& key, bool finished = true) {
  const std::int64_t id = admit(journal, key);
  ASSERT_TRUE(journal.append(id, {{0, 1, 0, 0.5F}}));
  if (!finished) return;
  ASSERT_TRUE(journal.finish(id, kDone));
}

std::string contents_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::int64_t query(const std::string& path, const std::string& sql) {
  return SqliteDatabase::open(path, SqliteAccess::kReadOnly).value()->integer(sql).value();
}

// Does the work in a process of its own. It must end by _exit(0), so that nothing is closed or
// flushed; a failed assertion returns before that.
void in_a_process_that_dies(const std::function<void()>& work) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    work();
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
}

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
  EXPECT_THAT(status.error().reason, HasSubstr("journal.sqlite.vectors-1 ends before"));
}

TEST(SqliteJournal, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  const std::string text(5000, 'x');
  const std::string path = folder.write("journal.sqlite", text);
  const auto journal = SqliteJournal::open(path);
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().stage, "journal");
  EXPECT_THAT(journal.error().reason, HasSubstr(path));
  EXPECT_THAT(journal.error().remedy, HasSubstr("another output folder"));
  EXPECT_EQ(contents_of(path), text);
}

TEST(SqliteJournal, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  ASSERT_TRUE(SqliteDatabase::open(path, SqliteAccess::kCreate)
                  .value()
                  ->execute("CREATE TABLE recordings (id INTEGER)"));
  const std::string before = contents_of(path);
  const auto journal = SqliteJournal::open(path);
  ASSERT_FALSE(journal);
  EXPECT_THAT(journal.error().reason, HasSubstr("not a journal"));
  EXPECT_EQ(contents_of(path), before);
}

TEST(SqliteJournal, AnotherSchemaIsRefusedTellingBothVersions) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  ASSERT_TRUE(SqliteJournal::open(path));
  for (const std::string other : {"1", "77"}) {
    ASSERT_TRUE(SqliteDatabase::open(path, SqliteAccess::kCreate)
                    .value()
                    ->execute("PRAGMA user_version = " + other));
    for (const auto& journal :
         {SqliteJournal::open(path).error(), SqliteJournal::open_for_reading(path).error()}) {
      EXPECT_THAT(journal.reason, HasSubstr("has schema version " + other));
      EXPECT_THAT(journal.reason, HasSubstr("knows version 4"));
    }
  }
}

TEST(SqliteJournal, AnEmptyFileOfACrashedStartBecomesAJournal) {
  const TemporaryFolder folder;
  const auto journal = SqliteJournal::open(folder.write("journal.sqlite", ""));
  ASSERT_TRUE(journal);
  EXPECT_EQ((*journal)->counts().value(), JournalCounts{});
}

TEST(SqliteJournal, AFolderThatIsMissingIsAnErrorNamingThePath) {
  const TemporaryFolder folder;
  const auto journal = SqliteJournal::open(folder / "missing/journal.sqlite");
  ASSERT_FALSE(journal);
  EXPECT_THAT(journal.error().reason, HasSubstr("missing/journal.sqlite"));
}

TEST(SqliteJournal, AReaderSeesWhatARunningWriterHasFlushed) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  const auto writer = SqliteJournal::open(path).value();
  ASSERT_TRUE(writer->begin_run());
  add_recording(*writer, "a");
  ASSERT_TRUE(writer->flush());
  add_recording(*writer, "b");
  const auto reader = SqliteJournal::open_for_reading(path).value();
  EXPECT_EQ(reader->counts()->done, 1);
  ASSERT_TRUE(writer->flush());
  EXPECT_EQ(reader->counts()->done, 2);
}

TEST(SqliteJournal, AReaderCanReadWhatADeadWriterLeft) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  in_a_process_that_dies([&path] {
    const auto writer = SqliteJournal::open(path).value();
    ASSERT_TRUE(writer->begin_run());
    add_recording(*writer, "a");
    ASSERT_TRUE(writer->flush());
    _exit(0);
  });
  ASSERT_TRUE(fs::exists(path + "-wal"));
  EXPECT_EQ(SqliteJournal::open_for_reading(path).value()->counts()->done, 1);
}

TEST(SqliteJournal, AReaderCannotWriteAndCreatesNothing) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  EXPECT_FALSE(SqliteJournal::open_for_reading(path));
  EXPECT_FALSE(fs::exists(path));
  ASSERT_TRUE(SqliteJournal::open(path));
  const auto reader = SqliteJournal::open_for_reading(path).value();
  EXPECT_FALSE(reader->begin_run());
  EXPECT_FALSE(reader->set_facts({{"a", "b"}}));
  EXPECT_THAT(SqliteJournal::open(path).value()->facts().value(), IsEmpty());
}

TEST(SqliteJournal, AClosedJournalIsOneFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  {
    const auto journal = SqliteJournal::open(path).value();
    ASSERT_TRUE(journal->begin_run());
    add_recording(*journal, "a");
  }
  EXPECT_FALSE(fs::exists(path + "-wal"));
  EXPECT_EQ(SqliteJournal::open(path).value()->counts()->done, 1) << "closing commits";
}

TEST(SqliteJournal, AttemptsCountTheEndsOfARecordingOverAllRuns) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  const auto journal = SqliteJournal::open(path).value();
  ASSERT_TRUE(journal->begin_run());
  const std::int64_t id = admit(*journal, "a");
  ASSERT_TRUE(journal->finish(id, {RecordingState::kFailed, 0, {}}));
  ASSERT_TRUE(journal->reopen(id));
  ASSERT_TRUE(journal->finish(id, kDone));
  ASSERT_TRUE(journal->flush());
  EXPECT_EQ(query(path, "SELECT attempts FROM recordings"), 2);
}

TEST(SqliteJournal, TensOfThousandsOfRecordingsBetweenFlushesAreAllKept) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  const auto journal = SqliteJournal::open(path).value();
  ASSERT_TRUE(journal->begin_run());
  for (int number = 0; number < kRecordings; ++number) {
    add_recording(*journal, std::to_string(number));
  }
  ASSERT_TRUE(journal->flush());
  const auto reader = SqliteJournal::open_for_reading(path).value();
  EXPECT_EQ(reader->counts().value(), (JournalCounts{.done = kRecordings,
                                                     .detections = kRecordings,
                                                     .done_us = kRecordings * 1'000'000LL}));
}

TEST(SqliteDatabase, NoSpaceLeftIsAnErrorWithARemedy) {
  const TemporaryFolder folder;
  const std::string path = folder / "small.sqlite";
  const auto database = SqliteDatabase::open(path, SqliteAccess::kCreate).value();
  ASSERT_TRUE(database->execute("CREATE TABLE t (x BLOB); PRAGMA max_page_count = 4"));
  const Status status = database->execute("INSERT INTO t VALUES (zeroblob(100000))");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().reason, HasSubstr(path + ": no space left"));
  EXPECT_THAT(status.error().remedy, HasSubstr("free disk space"));
}

TEST(FileSystem, NetworkFileSystemsAreKnownByTheirType) {
  EXPECT_TRUE(is_network_file_system(0x6969)) << "NFS";
  EXPECT_TRUE(is_network_file_system(0x65735546)) << "FUSE";
  EXPECT_TRUE(is_network_file_system(0xFF534D42)) << "CIFS";
  EXPECT_TRUE(is_network_file_system(static_cast<std::int32_t>(0xFF534D42)))
      << "CIFS where f_type has 32 bits";
  EXPECT_FALSE(is_network_file_system(0xEF53)) << "ext4";
  EXPECT_FALSE(is_network_file_system(0x01021994)) << "tmpfs";
  EXPECT_FALSE(is_network_file_system(0x9123683E)) << "btrfs";
  EXPECT_FALSE(is_network_file_system(0x794C7630)) << "overlayfs";
  EXPECT_FALSE(is_on_network_file_system("/proc"));
}

}  // namespace
}  // namespace rookery
