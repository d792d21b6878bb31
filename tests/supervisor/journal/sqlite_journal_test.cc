// What the journal in SQLite promises beyond supervisor/journal/journal.h: what is refused, and who
// may read while another writes.
#include "supervisor/journal/sqlite_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "supervisor/journal/file_system.h"
#include "supervisor/journal/sqlite_database.h"
#include "tests/supervisor/journal/sqlite_journal_steps.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kRecordings = 50'000;

std::string contents_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
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
      EXPECT_THAT(journal.reason, HasSubstr("knows version 6"));
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

// Found by fuzzing, and beside what it found: memory for what is not there, overflows.
TEST(SqliteJournal, NumbersThatCannotBeAreDamage) {
  const auto damaged_by = [](const std::string& change) {
    const TemporaryFolder folder;
    const std::string path = folder / "journal.sqlite";
    const auto writer = SqliteJournal::open(path, CommitLog::kRollback).value();
    EXPECT_TRUE(writer->begin_run());
    for (const char* key : {"a", "b"}) {
      const std::int64_t id = admit(*writer, key);
      EXPECT_TRUE(writer->append(id, {{0, 1, 0, 0.5F}}));
      EXPECT_TRUE(writer->append_vectors(id, {2, {{0, 1}}, {0.5F, 0.25F}}));
      EXPECT_TRUE(writer->finish(id, kDone));
    }
    EXPECT_TRUE(writer->flush());
    EXPECT_TRUE(SqliteDatabase::open(path, SqliteAccess::kCreate).value()->execute(change));
    Status status = writer->for_each_entry([&](const JournalEntry& entry) -> Status {
      Status read = writer->for_each_detection(entry.id, [](const Detection& row) -> Status {
        EXPECT_EQ(row.start_us, 0);
        return Done{};
      });
      if (!read) return read;
      return writer->for_each_vectors(entry.id, [](const SegmentVectors&) { return Done{}; });
    });
    const auto counts = writer->counts();
    return status ? (counts ? "none" : counts.error().reason) : status.error().reason;
  };
  EXPECT_EQ(damaged_by("UPDATE facts SET value = ''"), "none");
  for (const char* change :
       {"UPDATE vectors SET count = -1", "UPDATE vectors SET count = 1 << 60",
        "UPDATE vectors SET length = 0", "UPDATE vectors SET length = 1 << 61",
        "UPDATE vectors SET offset = -8", "UPDATE detections SET start_us = -9223372036854775808",
        "UPDATE detections SET end_us = -1", "UPDATE recordings SET duration_us = -1",
        "UPDATE recordings SET origin_us = 9223372036854775807",
        "UPDATE recordings SET detections = 9223372036854775807 WHERE id = 1",
        "UPDATE recordings SET state = 7"}) {
    EXPECT_THAT(damaged_by(change), HasSubstr("damaged")) << change;
  }
}

TEST(SqliteJournal, AClosedJournalIsOneFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  {
    const auto journal = SqliteJournal::open(path).value();
    ASSERT_TRUE(journal->begin_run());
    add_recording(*journal, "a");
    ASSERT_TRUE(journal->flush());
    add_recording(*journal, "b");
  }
  EXPECT_FALSE(fs::exists(path + "-wal"));
  EXPECT_EQ(SqliteJournal::open(path).value()->counts()->done, 1) << "what was flushed";
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
