#include "supervisor/journal/journal_queries.h"

#include <utility>

namespace rookery {
namespace {

RecordingState state_of(std::int64_t stored) { return static_cast<RecordingState>(stored); }

// Columns: id, key, path, size, mtime, state, duration, origin.
JournalEntry entry_of(const SqliteRow& row) {
  JournalEntry entry;
  entry.id = row.integer(0);
  entry.key = row.bytes(1);
  entry.path = row.bytes(2);
  entry.identity = {row.integer(3), row.integer(4)};
  entry.outcome.state = state_of(row.integer(5));
  entry.outcome.duration_us = row.integer(6);
  entry.outcome.origin_us = row.optional_integer(7);
  return entry;
}

// Columns: state, recordings, detections, duration.
void add_to_counts(JournalCounts& counts, const SqliteRow& row) {
  const std::int64_t recordings = row.integer(1);
  switch (state_of(row.integer(0))) {
    case RecordingState::kPending:
      counts.pending = recordings;
      return;
    case RecordingState::kFailed:
      counts.failed = recordings;
      return;
    case RecordingState::kDone:
      counts.done = recordings;
      break;
    case RecordingState::kDoneWithGaps:
      counts.done_with_gaps = recordings;
      break;
  }
  counts.detections += row.integer(2);
  counts.done_us += row.integer(3);
}

}  // namespace

Result<std::optional<KnownEntry>> find_entry(JournalStatements& statements,
                                             const std::string& key) {
  std::optional<KnownEntry> known;
  const Status status = statements.find.each({Blob{key}}, [&known](const SqliteRow& row) {
    known = KnownEntry{entry_of(row), row.integer(8)};
    return Done{};
  });
  if (!status) return status.error();
  return known;
}

Result<std::optional<RecordingState>> find_state(JournalStatements& statements, std::int64_t id) {
  std::optional<RecordingState> state;
  const Status status = statements.find_state.each({id}, [&state](const SqliteRow& row) {
    state = state_of(row.integer(0));
    return Done{};
  });
  if (!status) return status.error();
  return state;
}

Result<std::vector<RecordingFault>> read_faults(JournalStatements& statements, std::int64_t id) {
  std::vector<RecordingFault> faults;
  const Status status = statements.select_faults.each({id}, [&faults](const SqliteRow& row) {
    faults.push_back(
        {row.bytes(0), row.bytes(1), row.optional_integer(2), row.optional_integer(3)});
    return Done{};
  });
  if (!status) return status.error();
  return faults;
}

Result<std::map<std::int32_t, std::string>> read_checkpoints(JournalStatements& statements,
                                                             std::int64_t id) {
  std::map<std::int32_t, std::string> checkpoints;
  const Status status = statements.select_checkpoints.each({id}, [&](const SqliteRow& row) {
    checkpoints.emplace(static_cast<std::int32_t>(row.integer(0)), row.bytes(1));
    return Done{};
  });
  if (!status) return status.error();
  return checkpoints;
}

Result<std::map<std::string, std::string>> read_facts(SqliteDatabase& database) {
  auto query = database.prepare("SELECT name, value FROM facts");
  if (!query) return query.error();
  std::map<std::string, std::string> facts;
  const Status status = query->each({}, [&facts](const SqliteRow& row) {
    facts[row.bytes(0)] = row.bytes(1);
    return Done{};
  });
  if (!status) return status.error();
  return facts;
}

Result<JournalCounts> read_counts(SqliteDatabase& database) {
  auto query = database.prepare(
      "SELECT state, count(*), sum(detections), sum(duration_us) FROM recordings GROUP BY state");
  if (!query) return query.error();
  JournalCounts counts;
  const Status status = query->each({}, [&counts](const SqliteRow& row) {
    add_to_counts(counts, row);
    return Done{};
  });
  if (!status) return status.error();
  return counts;
}

Status read_entries(SqliteDatabase& database, JournalStatements& statements,
                    const std::function<Status(const JournalEntry&)>& visit) {
  auto query = database.prepare(
      "SELECT id, key, path, size_bytes, mtime_ns, state, duration_us, origin_us FROM recordings "
      "ORDER BY run, ordinal");
  if (!query) return query.error();
  return query->each({}, [&](const SqliteRow& row) -> Status {
    JournalEntry entry = entry_of(row);
    auto faults = read_faults(statements, entry.id);
    if (!faults) return faults.error();
    entry.outcome.faults = std::move(*faults);
    return visit(entry);
  });
}

Result<VectorShape> read_vector_shape(JournalStatements& statements, std::int64_t id) {
  VectorShape shape;
  const Status status = statements.vector_shape.each({id}, [&shape](const SqliteRow& row) {
    shape = {row.integer(0), row.integer(1)};
    return Done{};
  });
  if (!status) return status.error();
  return shape;
}

Status read_vector_places(JournalStatements& statements, std::int64_t id,
                          const std::function<Status(const VectorPlace&)>& visit) {
  return statements.select_vectors.each({id}, [&visit](const SqliteRow& row) {
    return visit({row.integer(0), row.integer(1), {row.integer(2), row.integer(3)}});
  });
}

Status read_detections(JournalStatements& statements, std::int64_t id,
                       const std::function<Status(const Detection&)>& visit) {
  return statements.select_detections.each({id}, [&visit](const SqliteRow& row) {
    return visit({row.integer(0), row.integer(1), static_cast<std::int32_t>(row.integer(2)),
                  static_cast<float>(row.real(3)), row.bytes(4),
                  static_cast<std::int32_t>(row.integer(5))});
  });
}

}  // namespace rookery
