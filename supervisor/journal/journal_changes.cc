#include "supervisor/journal/journal_changes.h"

namespace rookery {
namespace {

SqliteValue or_null(const std::optional<std::int64_t>& number) {
  return number ? SqliteValue(*number) : SqliteValue();
}

Status drop_rows(JournalStatements& statements, std::int64_t id) {
  Status dropped = statements.delete_detections.run({id});
  return dropped ? statements.delete_vectors.run({id}) : dropped;
}

Status insert_faults(JournalStatements& statements, std::int64_t id,
                     const std::vector<RecordingFault>& faults) {
  std::int64_t ordinal = 0;
  for (const RecordingFault& fault : faults) {
    Status inserted =
        statements.insert_fault.run({id, ordinal++, fault.stage, fault.reason,
                                     or_null(fault.start_us), or_null(fault.end_us), fault.signal});
    if (!inserted) return inserted;
  }
  return Done{};
}

}  // namespace

Status replace_facts(SqliteDatabase& database, const std::map<std::string, std::string>& facts) {
  Status status = database.execute("DELETE FROM facts");
  if (!status) return status;
  auto insertion =
      database.prepare("INSERT INTO facts (name, value, checksum) VALUES (?1, ?2, ?3)");
  if (!insertion) return insertion.error();
  for (const auto& [name, value] : facts) {
    status = insertion->run({name, value, checksum_of(name, value)});
    if (!status) break;
  }
  return status;
}

Status drop_unfinished(SqliteDatabase& database) {
  return database.execute(
      "CREATE TEMP TABLE IF NOT EXISTS left_open (id INTEGER PRIMARY KEY);"
      "DELETE FROM left_open;"
      "INSERT INTO left_open SELECT id FROM recordings WHERE state = 0"
      "  AND id NOT IN (SELECT recording FROM checkpoints);"
      "DELETE FROM detections WHERE recording IN left_open;"
      "DELETE FROM vectors WHERE recording IN left_open;"
      "UPDATE recordings SET detections = 0, row_checksum = 0 WHERE id IN left_open");
}

Status insert_entry(JournalStatements& statements, const JournalEntry& entry,
                    const EntryPlace& place) {
  const SqliteValue id = entry.id == 0 ? SqliteValue() : SqliteValue(entry.id);
  return statements.insert.run({id, Blob{entry.key}, Blob{entry.path}, entry.identity.size_bytes,
                                entry.identity.mtime_ns, entry.identity.content_digest, place.run,
                                place.ordinal, checksum_of(entry.key, RecordingOutcome{}),
                                entry.attempts});
}

Status forget_outcome(JournalStatements& statements, std::int64_t id, const std::string& key) {
  Status status = statements.make_pending.run({id, checksum_of(key, RecordingOutcome{})});
  if (status) status = drop_rows(statements, id);
  if (status) status = statements.delete_faults.run({id});
  if (status) status = statements.delete_checkpoints.run({id});
  return status;
}

Status end_entry(JournalStatements& statements, std::int64_t id, const std::string& key,
                 const RecordingOutcome& outcome, const RowTally& tally) {
  const bool failed = outcome.state == RecordingState::kFailed;
  const RowTally kept = failed ? RowTally{} : tally;
  Status status = statements.delete_checkpoints.run({id});
  if (status && failed) status = drop_rows(statements, id);
  if (status) status = insert_faults(statements, id, outcome.faults);
  if (!status) return status;
  return statements.end.run({id, static_cast<std::int64_t>(outcome.state), outcome.duration_us,
                             or_null(outcome.origin_us), kept.detections,
                             static_cast<std::int64_t>(kept.checksum), checksum_of(key, outcome)});
}

Status insert_detection(JournalStatements& statements, std::int64_t id, const Detection& detection,
                        std::int64_t serial) {
  return statements.insert_detection.run(
      {id, detection.start_us, detection.end_us, std::int64_t{detection.channel},
       std::int64_t{detection.label}, Blob{detection.text}, serial, double{detection.score}});
}

Status insert_vectors(JournalStatements& statements, std::int64_t id, const VectorPlace& place) {
  return statements.insert_vectors.run(
      {id, place.run, place.offset, place.shape.count, place.shape.length, place.checksum});
}

Status put_checkpoint(JournalStatements& statements, std::int64_t id, std::int32_t channel,
                      const std::string& bytes) {
  return statements.put_checkpoint.run(
      {id, std::int64_t{channel}, Blob{bytes}, checksum_of(channel, bytes)});
}

Status put_tally(JournalStatements& statements, std::int64_t id, const RowTally& tally) {
  return statements.put_tally.run(
      {id, tally.detections, static_cast<std::int64_t>(tally.checksum)});
}

}  // namespace rookery
