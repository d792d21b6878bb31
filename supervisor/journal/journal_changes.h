// Changes of the journal's tables, each with the checksums that belong to it. Whoever calls has a
// transaction open.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "rookery/result.h"
#include "supervisor/journal/checksums.h"
#include "supervisor/journal/journal.h"
#include "supervisor/journal/journal_queries.h"
#include "supervisor/journal/journal_statements.h"
#include "supervisor/journal/sqlite_database.h"

namespace rookery {

Status replace_facts(SqliteDatabase& database, const std::map<std::string, std::string>& facts);
// Drops the rows of pending recordings that have no checkpoint.
Status drop_unfinished(SqliteDatabase& database);

// A new one, pending and without rows.
Status insert_entry(JournalStatements& statements, const JournalEntry& entry,
                    const EntryPlace& place);
// Makes it pending and drops its outcome and its rows.
Status forget_outcome(JournalStatements& statements, std::int64_t id, const std::string& key);
// Ends a pending one; of one that failed the rows are dropped.
Status end_entry(JournalStatements& statements, std::int64_t id, const std::string& key,
                 const RecordingOutcome& outcome, const RowTally& tally);

Status insert_detection(JournalStatements& statements, std::int64_t id, const Detection& detection,
                        std::int64_t serial);
Status insert_vectors(JournalStatements& statements, std::int64_t id, const VectorPlace& place);
Status put_checkpoint(JournalStatements& statements, std::int64_t id, std::int32_t channel,
                      const std::string& bytes);
Status put_tally(JournalStatements& statements, std::int64_t id, const RowTally& tally);

}  // namespace rookery
