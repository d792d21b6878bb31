// The prepared statements of the journal, named for what they do.
#pragma once

#include <string>

#include "rookery/result.h"
#include "supervisor/journal/sqlite_database.h"

namespace rookery {

// Parameters are listed in the order in which they are bound.
struct JournalStatements {
  static Result<JournalStatements> prepare(SqliteDatabase& database);

  std::string path;  // of the database, for messages
  SqliteStatement begin;
  SqliteStatement commit;
  SqliteStatement rollback;
  SqliteStatement find;                // key → an entry, see journal_queries.cc
  SqliteStatement find_id;             // id → the same
  SqliteStatement select_entries;      // → all of them in input order
  SqliteStatement insert;              // id, key, path, size, mtime, digest, run, ordinal,
                                       // checksum, attempts
  SqliteStatement place;               // id, path, run, ordinal
  SqliteStatement identify;            // id, size, mtime, digest
  SqliteStatement count_attempt;       // id
  SqliteStatement make_pending;        // id, checksum
  SqliteStatement find_state;          // id → state, detections, row checksum, key
  SqliteStatement put_tally;           // id, detections, row checksum
  SqliteStatement end;                 // id, state, duration, origin, tally (2), checksum
  SqliteStatement insert_detection;    // id, start, end, label, text, serial, score
  SqliteStatement delete_detections;   // id
  SqliteStatement select_detections;   // id → start, end, label, score, text, channel, serial
  SqliteStatement insert_vectors;      // id, run, offset, count, length, checksum
  SqliteStatement delete_vectors;      // id
  SqliteStatement select_vectors;      // id → run, offset, count, length, checksum
  SqliteStatement vector_shape;        // id → sum of counts, length
  SqliteStatement put_checkpoint;      // id, channel, bytes, checksum
  SqliteStatement delete_checkpoints;  // id
  SqliteStatement select_checkpoints;  // id → channel, bytes, checksum
  SqliteStatement insert_fault;        // id, ordinal, stage, reason, start, end, signal
  SqliteStatement delete_faults;       // id
  SqliteStatement select_faults;       // id → stage, reason, start, end, signal
};

}  // namespace rookery
