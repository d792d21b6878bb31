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

// Where a recording stands in input order.
struct EntryPlace {
  std::int64_t run = 0;
  std::int64_t ordinal = 0;
};

// An entry and what else is kept with it.
struct KnownEntry {
  JournalEntry entry;
  EntryPlace place;
  RowTally tally;  // of its rows and checkpoints
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
Result<std::optional<KnownEntry>> find_entry(JournalStatements& statements, std::int64_t id);
Result<std::optional<KnownState>> find_state(JournalStatements& statements, std::int64_t id);
Result<std::vector<RecordingFault>> read_faults(JournalStatements& statements, std::int64_t id);
Result<std::map<std::int32_t, std::string>> read_checkpoints(JournalStatements& statements,
                                                             std::int64_t id);
Result<std::map<std::string, std::string>> read_facts(SqliteDatabase& database);
Result<JournalCounts> read_counts(SqliteDatabase& database);

// Also of a pending recording.
Result<VectorShape> read_vector_shape(JournalStatements& statements, std::int64_t id);

// Walks as for_each_entry() and for_each_detection() of Journal; rows of a pending recording, too.
// The walk over detections also compares all rows of the recording with `expected`.
Status read_entries(JournalStatements& statements,
                    const std::function<Status(const JournalEntry&)>& visit);
Status read_vector_places(JournalStatements& statements, std::int64_t id,
                          const std::function<Status(const VectorPlace&)>& visit);
using DetectionVisitor = std::function<Status(const Detection&, std::int64_t serial)>;
Status read_detections(JournalStatements& statements, const JournalEntry& entry,
                       const RowTally& expected, const DetectionVisitor& visit);
// The tally of its rows alone.
RowTally rows_alone(const KnownEntry& known);

}  // namespace rookery
