// Copies what is whole of a journal that may be damaged anywhere into a new one.
#pragma once

#include <cstdint>
#include <string>

#include "rookery/result.h"
#include "supervisor/journal/journal_queries.h"
#include "supervisor/journal/journal_statements.h"
#include "supervisor/journal/sqlite_database.h"
#include "supervisor/journal/vector_files.h"

namespace rookery {

struct Salvage {
  std::int64_t ended = 0;
  std::int64_t under_way = 0;
  std::int64_t lost = 0;
};

// Looks up each recording for itself, so that a damaged page costs no more than what is on it. One
// is copied if its entry, its outcome and every row and vector are those that were written.
class JournalSalvage {
 public:
  // All outlive it. No recording has an id above `last_id`.
  JournalSalvage(JournalStatements& from, SqliteDatabase& to_database, JournalStatements& to,
                 VectorFiles& vectors, std::int64_t last_id)
      : from_(from), to_database_(to_database), to_(to), vectors_(vectors), last_id_(last_id) {}

  // Errors are those of writing only.
  Result<Salvage> run();

 private:
  enum class Copied { kNothing, kEnded, kUnderWay, kLost };
  Result<Copied> copy_recording(std::int64_t id);
  Status copy(const KnownEntry& known);
  Status copy_rows(const KnownEntry& known);
  Status copy_vectors(std::int64_t id);

  JournalStatements& from_;
  SqliteDatabase& to_database_;
  JournalStatements& to_;
  VectorFiles& vectors_;
  std::int64_t last_id_;
};

}  // namespace rookery
