// The prepared statements of the journal, named for what they do.
#pragma once

#include "rookery/result.h"
#include "supervisor/journal/sqlite_database.h"

namespace rookery {

// Parameters are listed in the order in which they are bound.
struct JournalStatements {
  static Result<JournalStatements> prepare(SqliteDatabase& database);

  SqliteStatement begin;
  SqliteStatement commit;
  SqliteStatement rollback;
  SqliteStatement find;                // key → id, key, path, size, mtime, state, duration, run
  SqliteStatement insert;              // key, path, size, mtime, run, ordinal
  SqliteStatement place;               // id, path, run, ordinal
  SqliteStatement identify;            // id, size, mtime
  SqliteStatement make_pending;        // id
  SqliteStatement find_state;          // id → state
  SqliteStatement end;                 // id, state, duration
  SqliteStatement insert_detection;    // id, start, end, label, text, serial, score
  SqliteStatement delete_detections;   // id
  SqliteStatement select_detections;   // id → start, end, label, score, text
  SqliteStatement insert_vectors;      // id, serial, run, offset, count, length
  SqliteStatement delete_vectors;      // id
  SqliteStatement select_vectors;      // id → run, offset, count, length, in order of serial
  SqliteStatement vector_shape;        // id → sum of counts, length
  SqliteStatement put_checkpoint;      // id, channel, bytes
  SqliteStatement delete_checkpoints;  // id
  SqliteStatement select_checkpoints;  // id → channel, bytes
  SqliteStatement insert_fault;        // id, ordinal, stage, reason, start, end
  SqliteStatement delete_faults;       // id
  SqliteStatement select_faults;       // id → stage, reason, start, end
};

}  // namespace rookery
