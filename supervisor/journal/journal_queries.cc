#include "supervisor/journal/journal_queries.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "supervisor/journal/journal_checks.h"
#include "supervisor/journal/journal_damage.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

RecordingState state_of(std::int64_t stored) { return static_cast<RecordingState>(stored); }

KnownEntry entry_of(const SqliteRow& row) {
  KnownEntry known;
  JournalEntry& entry = known.entry;
  entry.id = row.integer(0);
  entry.key = row.bytes(1);
  entry.path = row.bytes(2);
  entry.identity = {row.integer(3), row.integer(4), row.bytes(5)};
  entry.outcome.state = state_of(row.integer(6));
  entry.outcome.duration_us = row.integer(7);
  entry.outcome.origin_us = row.optional_integer(8);
  entry.rows = row.integer(9);
  known.tally = {row.integer(9), static_cast<std::uint64_t>(row.integer(10))};
  known.checksum = row.integer(11);
  entry.attempts = row.integer(12);
  known.place = {row.integer(13), row.integer(14)};
  return known;
}

Error damaged_recording(const JournalStatements& statements, std::string_view key,
                        std::string_view what) {
  return journal_damage(statements.path, fmt::format("{} of {}", what, encode_key(key)));
}

// Whether what all recordings of a state add up to can be.
bool are_possible_counts(const SqliteRow& row) {
  constexpr std::int64_t most = std::int64_t{1} << 60;
  const auto is_state = [](std::int64_t stored) {
    return stored >= 0 && stored <= static_cast<std::int64_t>(RecordingState::kFailed);
  };
  const auto is_sum = [](std::int64_t sum) { return sum >= 0 && sum <= most; };
  return is_state(row.integer(0)) && is_sum(row.integer(2)) && is_sum(row.integer(3));
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

Status complete(JournalStatements& statements, KnownEntry& known) {
  auto faults = read_faults(statements, known.entry.id);
  if (!faults) return faults.error();
  known.entry.outcome.faults = std::move(*faults);
  if (known.entry.outcome.state == RecordingState::kPending) {
    auto checkpoints = read_checkpoints(statements, known.entry.id);
    if (!checkpoints) return checkpoints.error();
    known.entry.checkpoints = std::move(*checkpoints);
  }
  if (known.checksum == checksum_of(known.entry.key, known.entry.outcome) &&
      has_possible_times(known.entry.outcome)) {
    return Done{};
  }
  return damaged_recording(statements, known.entry.key, "the outcome");
}

Result<std::optional<KnownEntry>> find_one(JournalStatements& statements, SqliteStatement& query,
                                           const SqliteValue& value) {
  std::optional<KnownEntry> known;
  Status status = query.each({value}, [&known](const SqliteRow& row) {
    known = entry_of(row);
    return Done{};
  });
  if (status && known) status = complete(statements, *known);
  if (!status) return status.error();
  return known;
}

}  // namespace

Result<std::optional<KnownEntry>> find_entry(JournalStatements& statements,
                                             const std::string& key) {
  return find_one(statements, statements.find, Blob{key});
}

Result<std::optional<KnownEntry>> find_entry(JournalStatements& statements, std::int64_t id) {
  return find_one(statements, statements.find_id, id);
}

Result<std::optional<KnownState>> find_state(JournalStatements& statements, std::int64_t id) {
  std::optional<KnownState> known;
  const Status status = statements.find_state.each({id}, [&known](const SqliteRow& row) {
    known = {state_of(row.integer(0)),
             {row.integer(1), static_cast<std::uint64_t>(row.integer(2))},
             row.bytes(3)};
    return Done{};
  });
  if (!status) return status.error();
  return known;
}

Result<std::vector<RecordingFault>> read_faults(JournalStatements& statements, std::int64_t id) {
  std::vector<RecordingFault> faults;
  const Status status = statements.select_faults.each({id}, [&faults](const SqliteRow& row) {
    faults.push_back({row.bytes(0), row.bytes(1), row.optional_integer(2), row.optional_integer(3),
                      row.bytes(4)});
    return Done{};
  });
  if (!status) return status.error();
  return faults;
}

Result<std::map<std::int32_t, std::string>> read_checkpoints(JournalStatements& statements,
                                                             std::int64_t id) {
  std::map<std::int32_t, std::string> checkpoints;
  const Status status =
      statements.select_checkpoints.each({id}, [&](const SqliteRow& row) -> Status {
        const auto channel = static_cast<std::int32_t>(row.integer(0));
        std::string bytes = row.bytes(1);
        if (checksum_of(channel, bytes) != row.integer(2)) {
          return journal_damage(statements.path, fmt::format("a checkpoint of recording {}", id));
        }
        checkpoints.emplace(channel, std::move(bytes));
        return Done{};
      });
  if (!status) return status.error();
  return checkpoints;
}

Result<std::map<std::string, std::string>> read_facts(SqliteDatabase& database) {
  auto query = database.prepare("SELECT name, value, checksum FROM facts");
  if (!query) return query.error();
  std::map<std::string, std::string> facts;
  const Status status = query->each({}, [&](const SqliteRow& row) -> Status {
    const std::string name = row.bytes(0);
    std::string value = row.bytes(1);
    if (checksum_of(name, value) != row.integer(2)) {
      return journal_damage(database.path(), fmt::format("the fact {}", encode_key(name)));
    }
    facts[name] = std::move(value);
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
  const Status status = query->each({}, [&](const SqliteRow& row) -> Status {
    if (!are_possible_counts(row)) {
      return journal_damage(database.path(), "how many recordings there are");
    }
    add_to_counts(counts, row);
    return Done{};
  });
  if (!status) return status.error();
  return counts;
}

Status read_entries(JournalStatements& statements,
                    const std::function<Status(const JournalEntry&)>& visit) {
  return statements.select_entries.each({}, [&](const SqliteRow& row) -> Status {
    KnownEntry known = entry_of(row);
    Status completed = complete(statements, known);
    return completed ? visit(known.entry) : completed;
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
    return visit(
        {row.integer(0), row.integer(1), {row.integer(2), row.integer(3)}, row.integer(4)});
  });
}

RowTally rows_alone(const KnownEntry& known) {
  RowTally rows = known.tally;
  for (const auto& [channel, bytes] : known.entry.checkpoints) {
    rows.checksum -= static_cast<std::uint64_t>(checksum_of(channel, bytes));
  }
  return rows;
}

Status read_detections(JournalStatements& statements, const JournalEntry& entry,
                       const RowTally& expected, const DetectionVisitor& visit) {
  RowTally found;
  Status status =
      statements.select_detections.each({entry.id}, [&](const SqliteRow& row) -> Status {
        const Detection detection{row.integer(0),
                                  row.integer(1),
                                  static_cast<std::int32_t>(row.integer(2)),
                                  static_cast<float>(row.real(3)),
                                  row.bytes(4),
                                  static_cast<std::int32_t>(row.integer(5))};
        const std::int64_t serial = row.integer(6);
        found.add(detection, serial);
        // Whether the rows are those that were written shows after the last of them.
        if (has_possible_times(detection)) return visit(detection, serial);
        return damaged_recording(statements, entry.key, "a row");
      });
  if (!status) return status;
  status = read_vector_places(statements, entry.id, [&found](const VectorPlace& place) {
    found.add(place);
    return Done{};
  });
  if (!status || found == expected) return status;
  return damaged_recording(statements, entry.key, "rows");
}

}  // namespace rookery
