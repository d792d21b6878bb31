// What is read from the journal's tables, as the structs of supervisor/journal/journal.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/journal/journal.h"
#include "supervisor/journal/journal_statements.h"
#include "supervisor/journal/sqlite_database.h"
#include "supervisor/journal/vector_files.h"

namespace rookery {

// An entry without its faults, and the run that named it last.
struct KnownEntry {
  JournalEntry entry;
  std::int64_t run = 0;
};

Result<std::optional<KnownEntry>> find_entry(JournalStatements& statements, const std::string& key);
Result<std::optional<RecordingState>> find_state(JournalStatements& statements, std::int64_t id);
Result<std::vector<RecordingFault>> read_faults(JournalStatements& statements, std::int64_t id);
Result<std::map<std::int32_t, std::string>> read_checkpoints(JournalStatements& statements,
                                                             std::int64_t id);
Result<std::map<std::string, std::string>> read_facts(SqliteDatabase& database);
Result<JournalCounts> read_counts(SqliteDatabase& database);

// Also of a pending recording.
Result<VectorShape> read_vector_shape(JournalStatements& statements, std::int64_t id);

// Walks as for_each_entry() and for_each_detection() of Journal.
Status read_entries(SqliteDatabase& database, JournalStatements& statements,
                    const std::function<Status(const JournalEntry&)>& visit);
Status read_vector_places(JournalStatements& statements, std::int64_t id,
                          const std::function<Status(const VectorPlace&)>& visit);
Status read_detections(JournalStatements& statements, std::int64_t id,
                       const std::function<Status(const Detection&)>& visit);

}  // namespace rookery
