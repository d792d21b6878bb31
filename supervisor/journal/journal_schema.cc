#include "supervisor/journal/journal_schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "supervisor/journal/journal_damage.h"

namespace rookery {
namespace {

constexpr std::int64_t kApplicationId = 0x526F6F6B;  // "Rook"
constexpr std::int64_t kVersion = 6;

// - Keys, paths and texts are bytes, hence BLOBs. Times are microseconds.
// - (run, ordinal) is input order: the run that named a recording last, and its place there.
// - content_digest: SHA-256, lower-case hexadecimal, or empty where it wasn't asked for.
// - state: 0 pending, 1 done, 2 done with gaps, 3 failed. `attempts`: how often it was taken up, by
//   a run or anew.
// - What is said twice shows damage, see checksums.h: `detections` and `row_checksum` are the tally
//   of a recording's rows, also of a pending one's; `checksum` is of its key and outcome.
// - origin_us: when its first frame was recorded, by its header.
// - A row of vectors says where in the file of a run (see vector_files.h) some of a recording's
// lie.
// - A checkpoint says where the work on a pending recording stands (see pass_checkpoint.h).
// - The primary key of detections is their row order; `serial` keeps equal rows apart.
constexpr const char* kTables = R"sql(
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  checksum INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE recordings (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  path BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  content_digest TEXT NOT NULL,
  run INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  duration_us INTEGER NOT NULL DEFAULT 0,
  origin_us INTEGER,
  detections INTEGER NOT NULL DEFAULT 0,
  row_checksum INTEGER NOT NULL DEFAULT 0,
  checksum INTEGER NOT NULL,
  attempts INTEGER NOT NULL
);
CREATE UNIQUE INDEX recordings_in_input_order ON recordings (run, ordinal);

CREATE TABLE detections (
  recording INTEGER NOT NULL,
  start_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  label INTEGER NOT NULL,
  text BLOB NOT NULL,
  serial INTEGER NOT NULL,
  score REAL NOT NULL,
  PRIMARY KEY (recording, start_us, end_us, channel, label, text, serial)
) WITHOUT ROWID;

CREATE TABLE vectors (
  recording INTEGER NOT NULL,
  run INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  count INTEGER NOT NULL,
  length INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY (recording, run, offset)
) WITHOUT ROWID;

CREATE TABLE checkpoints (
  recording INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY (recording, channel)
) WITHOUT ROWID;

CREATE TABLE faults (
  recording INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  stage TEXT NOT NULL,
  reason TEXT NOT NULL,
  start_us INTEGER,
  end_us INTEGER,
  signal TEXT NOT NULL,
  PRIMARY KEY (recording, ordinal)
) WITHOUT ROWID;
)sql";

Error not_a_journal(const SqliteDatabase& database) {
  return {"journal", fmt::format("{} is not a journal of rookery", database.path()),
          "choose another output folder"};
}

Result<bool> is_empty(SqliteDatabase& database) {
  Result<std::int64_t> tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  return *tables == 0;
}

Status create_tables(SqliteDatabase& database) {
  return database.execute(fmt::format(
      "BEGIN IMMEDIATE; {} PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", kTables,
      kApplicationId, kVersion));
}

}  // namespace

Status prepare_journal_schema(SqliteDatabase& database) {
  const Result<bool> empty = is_empty(database);
  if (!empty) return empty.error();
  if (*empty) return create_tables(database);
  Status known = check_journal_schema(database);
  return known ? check_structure(database) : known;
}

Status check_structure(SqliteDatabase& database) {
  const Result<std::string> verdict = database.text("PRAGMA integrity_check(1)");
  if (!verdict) return verdict.error();
  if (*verdict == "ok") return Done{};
  std::string one_line = *verdict;
  std::replace(one_line.begin(), one_line.end(), '\n', ' ');
  return journal_damage(database.path(), one_line);
}

Status check_journal_schema(SqliteDatabase& database) {
  const Result<std::int64_t> application = database.integer("PRAGMA application_id");
  if (!application) return application.error();
  const Result<std::int64_t> version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  const Result<bool> empty = is_empty(database);
  if (!empty) return empty.error();
  if (*empty) return journal_damage(database.path(), "it is empty");
  if (*application != kApplicationId) return not_a_journal(database);
  if (*version != kVersion) {
    return Error{"journal",
                 fmt::format("{} has schema version {}, this program knows version {}",
                             database.path(), *version, kVersion),
                 "use the version of rookery that wrote it, or another output folder"};
  }
  return Done{};
}

}  // namespace rookery
