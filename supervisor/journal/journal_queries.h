// What is read from the journal's tables, as the structs of supervisor/journal/journal.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/journal/checksums.h"
#include "supervisor/journal/journal.h"
#include "supervisor/journal/journal_statements.h"
#include "supervisor/journal/sqlite_database.h"
#include "supervisor/journal/vector_files.h"

namespace rookery {

// An entry, the run that named it last, and the checksum that was kept of it.
struct KnownEntry {
  JournalEntry entry;
  std::int64_t run = 0;
  std::int64_t checksum = 0;
};

// How a recording stands, without what there is to read of it.
struct KnownState {
  RecordingState state = RecordingState::kPending;
  RowTally tally;
  std::string key;
};

// What is read and isn't what was written is an Error that says so (see journal_damage).
Result<std::optional<KnownEntry>> find_entry(JournalStatements& statements, const std::string& key);
Result<std::optional<KnownState>> find_state(JournalStatements& statements, std::int64_t id);
Result<std::vector<RecordingFault>> read_faults(JournalStatements& statements, std::int64_t id);
Result<std::map<std::int32_t, std::string>> read_checkpoints(JournalStatements& statements,
                                                             std::int64_t id);
Result<std::map<std::string, std::string>> read_facts(SqliteDatabase& database);
Result<JournalCounts> read_counts(SqliteDatabase& database);

// Also of a pending recording.
Result<VectorShape> read_vector_shape(JournalStatements& statements, std::int64_t id);

// Walks as for_each_entry() and for_each_detection() of Journal; rows of a pending recording, too.
// The walk over detections also compares all rows of the recording with `known`.
Status read_entries(JournalStatements& statements,
                    const std::function<Status(const JournalEntry&)>& visit);
Status read_vector_places(JournalStatements& statements, std::int64_t id,
                          const std::function<Status(const VectorPlace&)>& visit);
Status read_detections(JournalStatements& statements, std::int64_t id, const KnownState& known,
                       const std::function<Status(const Detection&)>& visit);
// Whether the rows of a recording are those that were written.
Status check_rows(JournalStatements& statements, std::int64_t id);

}  // namespace rookery
