#include "supervisor/journal/journal_statements.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rookery {
namespace {

// Prepares one statement after the other; the first error stays.
class Preparer {
 public:
  explicit Preparer(SqliteDatabase& database) : database_(database) {}

  SqliteStatement operator()(std::string_view sql) {
    Result<SqliteStatement> statement = database_.prepare(sql);
    if (statement) return std::move(*statement);
    if (!error_) error_ = statement.error();
    return {};
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  SqliteDatabase& database_;
  std::optional<Error> error_;
};

}  // namespace

Result<JournalStatements> JournalStatements::prepare(SqliteDatabase& database) {
  Preparer sql(database);
  const std::string entry_columns =
      "id, key, path, size_bytes, mtime_ns, content_digest, state, duration_us, origin_us, "
      "detections, row_checksum, checksum, attempts, run, ordinal";
  JournalStatements statements{
      .path = database.path(),
      .begin = sql("BEGIN IMMEDIATE"),
      .commit = sql("COMMIT"),
      .rollback = sql("ROLLBACK"),
      .find = sql("SELECT " + entry_columns + " FROM recordings WHERE key = ?1"),
      .find_id = sql("SELECT " + entry_columns + " FROM recordings WHERE id = ?1"),
      .select_entries = sql("SELECT " + entry_columns + " FROM recordings ORDER BY run, ordinal"),
      .insert = sql("INSERT INTO recordings "
                    "(id, key, path, size_bytes, mtime_ns, content_digest, run, ordinal, "
                    "checksum, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
      .place = sql("UPDATE recordings SET path = ?2, run = ?3, ordinal = ?4 WHERE id = ?1"),
      .identify = sql("UPDATE recordings SET size_bytes = ?2, mtime_ns = ?3, content_digest = ?4 "
                      "WHERE id = ?1"),
      .count_attempt = sql("UPDATE recordings SET attempts = attempts + 1 WHERE id = ?1"),
      .make_pending =
          sql("UPDATE recordings SET state = 0, duration_us = 0, origin_us = NULL, detections = 0, "
              "row_checksum = 0, checksum = ?2 WHERE id = ?1"),
      .find_state = sql("SELECT state, detections, row_checksum, key FROM recordings "
                        "WHERE id = ?1"),
      .put_tally = sql("UPDATE recordings SET detections = ?2, row_checksum = ?3 WHERE id = ?1"),
      .end = sql("UPDATE recordings SET state = ?2, duration_us = ?3, origin_us = ?4, "
                 "detections = ?5, row_checksum = ?6, checksum = ?7 WHERE id = ?1"),
      .insert_detection = sql("INSERT INTO detections "
                              "(recording, start_us, end_us, channel, label, text, serial, score) "
                              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
      .delete_detections = sql("DELETE FROM detections WHERE recording = ?1"),
      .select_detections =
          sql("SELECT start_us, end_us, label, score, text, channel, serial FROM detections "
              "WHERE recording = ?1 "
              "ORDER BY start_us, end_us, channel, label, text, serial"),
      .insert_vectors = sql("INSERT INTO vectors (recording, run, offset, count, length, checksum) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
      .delete_vectors = sql("DELETE FROM vectors WHERE recording = ?1"),
      .select_vectors = sql("SELECT run, offset, count, length, checksum FROM vectors "
                            "WHERE recording = ?1 ORDER BY run, offset"),
      .vector_shape = sql("SELECT coalesce(sum(count), 0), coalesce(max(length), 0) FROM vectors "
                          "WHERE recording = ?1"),
      .put_checkpoint =
          sql("INSERT OR REPLACE INTO checkpoints (recording, channel, bytes, checksum) "
              "VALUES (?1, ?2, ?3, ?4)"),
      .delete_checkpoints = sql("DELETE FROM checkpoints WHERE recording = ?1"),
      .select_checkpoints =
          sql("SELECT channel, bytes, checksum FROM checkpoints WHERE recording = ?1"),
      .insert_fault =
          sql("INSERT INTO faults (recording, ordinal, stage, reason, start_us, end_us, signal) "
              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      .delete_faults = sql("DELETE FROM faults WHERE recording = ?1"),
      .select_faults = sql("SELECT stage, reason, start_us, end_us, signal FROM faults "
                           "WHERE recording = ?1 ORDER BY ordinal"),
  };
  if (sql.error()) return *sql.error();
  return statements;
}

}  // namespace rookery
