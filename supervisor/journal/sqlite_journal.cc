#include "supervisor/journal/sqlite_journal.h"

#include <fmt/format.h>

#include <utility>

#include "supervisor/journal/file_system.h"
#include "supervisor/journal/journal_checks.h"
#include "supervisor/journal/journal_queries.h"
#include "supervisor/journal/journal_schema.h"
#include "supervisor/journal/journal_statements.h"

namespace rookery {
namespace {

// EXTRA also syncs the folder after a rollback journal is removed; with a write-ahead log it is the
// same as FULL: the log is synced at each commit, which NORMAL would leave to the next checkpoint.
Status set_durability(SqliteDatabase& database, CommitLog log) {
  const bool rollback = log == CommitLog::kRollback || is_on_network_file_system(database.path());
  Status status = database.execute("PRAGMA synchronous = EXTRA");
  if (!status) return status;
  // Where a write-ahead log can't be had SQLite keeps the rollback journal, and that will do.
  const auto mode = database.text(rollback ? "PRAGMA journal_mode = DELETE"  //
                                           : "PRAGMA journal_mode = WAL");
  return mode ? Status(Done{}) : mode.error();
}

SqliteValue or_null(const std::optional<std::int64_t>& number) {
  return number ? SqliteValue(*number) : SqliteValue();
}

Error one_key_twice(const Recording& recording, const std::string& other_path) {
  return {
      "input",
      fmt::format("{} and {} would both be called {}", other_path, recording.path, recording.key),
      "name a common parent folder, or run them into two output folders"};
}

}  // namespace

SqliteJournal::SqliteJournal(std::unique_ptr<SqliteDatabase> database,
                             std::unique_ptr<JournalStatements> statements)
    : database_(std::move(database)),
      statements_(std::move(statements)),
      vector_files_(database_->path()) {}

SqliteJournal::~SqliteJournal() = default;

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& path, CommitLog log) {
  auto database = SqliteDatabase::open(path, SqliteAccess::kCreate);
  if (!database) return database.error();
  // The schema first: nothing is changed in a file that turns out to be another program's.
  Status ready = prepare_journal_schema(**database);
  if (ready) ready = set_durability(**database, log);
  if (!ready) return ready.error();
  return take(std::move(*database));
}

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open_for_reading(const std::string& path) {
  auto database = SqliteDatabase::open(path, SqliteAccess::kReadOnly);
  if (!database) return database.error();
  const Status ready = check_journal_schema(**database);
  if (!ready) return ready.error();
  return take(std::move(*database));
}

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::take(
    std::unique_ptr<SqliteDatabase> database) {
  auto statements = JournalStatements::prepare(*database);
  if (!statements) return statements.error();
  return std::unique_ptr<SqliteJournal>(new SqliteJournal(
      std::move(database), std::make_unique<JournalStatements>(std::move(*statements))));
}

Status SqliteJournal::write(const std::function<Status()>& change) {
  if (broken_) return *broken_;
  Status status = database_->in_transaction() ? Status(Done{}) : statements_->begin.run();
  if (status) status = change();
  if (status) return status;
  broken_ = status.error();
  // SQLite may have rolled back by itself.
  if (database_->in_transaction()) static_cast<void>(statements_->rollback.run());
  return status;
}

Status SqliteJournal::flush() {
  if (broken_) return *broken_;
  if (!database_->in_transaction()) return Done{};
  // What a row names in a file of vectors must be there before the row is.
  return write([this] {
    Status synced = vector_files_.sync();
    return synced ? statements_->commit.run() : synced;
  });
}

Result<std::map<std::string, std::string>> SqliteJournal::facts() { return read_facts(*database_); }

Status SqliteJournal::set_facts(const std::map<std::string, std::string>& facts) {
  return write([&]() -> Status {
    Status status = database_->execute("DELETE FROM facts");
    if (!status) return status;
    auto insertion = database_->prepare("INSERT INTO facts (name, value) VALUES (?1, ?2)");
    if (!insertion) return insertion.error();
    for (const auto& [name, value] : facts) {
      status = insertion->run({name, value});
      if (!status) break;
    }
    return status;
  });
}

Status SqliteJournal::begin_run() {
  const auto last_run = database_->integer("SELECT coalesce(max(run), 0) FROM recordings");
  if (!last_run) return last_run.error();
  run_ = *last_run + 1;
  next_ordinal_ = 0;
  return write([this] {
    return database_->execute(
        "DELETE FROM detections WHERE recording IN (SELECT id FROM recordings WHERE state = 0)"
        "  AND recording NOT IN (SELECT recording FROM checkpoints);"
        "DELETE FROM vectors WHERE recording IN (SELECT id FROM recordings WHERE state = 0)"
        "  AND recording NOT IN (SELECT recording FROM checkpoints)");
  });
}

Result<std::optional<JournalEntry>> SqliteJournal::admit(const Recording& recording,
                                                         const FileIdentity& identity) {
  if (run_ == 0) return Error{"journal", "a recording was admitted before a run began", ""};
  const auto known = find_entry(*statements_, recording.key);
  if (!known) return known.error();
  if (*known && (*known)->run == run_) {
    const std::string& other_path = (*known)->entry.path;
    if (other_path != recording.path) return one_key_twice(recording, other_path);
    return std::optional<JournalEntry>();
  }
  JournalEntry entry{0, recording.key, recording.path, identity, {}};
  const Status written =
      write([&] { return *known ? take_up(entry, (*known)->entry) : insert(entry); });
  if (!written) return written.error();
  ++next_ordinal_;
  return std::optional(std::move(entry));
}

Status SqliteJournal::insert(JournalEntry& entry) {
  Status status =
      statements_->insert.run({Blob{entry.key}, Blob{entry.path}, entry.identity.size_bytes,
                               entry.identity.mtime_ns, run_, next_ordinal_});
  entry.id = database_->last_insert_id();
  return status;
}

Status SqliteJournal::take_up(JournalEntry& entry, const JournalEntry& known) {
  entry.id = known.id;
  Status placed = statements_->place.run({entry.id, Blob{entry.path}, run_, next_ordinal_});
  if (!placed) return placed;
  if (entry.identity == known.identity) {
    entry.outcome = known.outcome;
    auto kept = read_faults(*statements_, entry.id);
    if (!kept) return kept.error();
    entry.outcome.faults = std::move(*kept);
    auto checkpoints = read_checkpoints(*statements_, entry.id);
    if (!checkpoints) return checkpoints.error();
    entry.checkpoints = std::move(*checkpoints);
    return Done{};
  }
  const Status identified =
      statements_->identify.run({entry.id, entry.identity.size_bytes, entry.identity.mtime_ns});
  return identified ? forget_outcome(entry.id) : identified;
}

Status SqliteJournal::forget_outcome(std::int64_t id) {
  Status status = statements_->make_pending.run({id});
  if (status) status = statements_->delete_detections.run({id});
  if (status) status = statements_->delete_vectors.run({id});
  if (status) status = statements_->delete_faults.run({id});
  if (status) status = statements_->delete_checkpoints.run({id});
  return status;
}

Status SqliteJournal::check_pending(std::int64_t id) {
  const auto state = find_state(*statements_, id);
  if (!state) return state.error();
  if (*state == RecordingState::kPending) return Done{};
  return Error{"journal", fmt::format("recording {} is not pending", id), ""};
}

Status SqliteJournal::reopen(std::int64_t id) {
  const auto state = find_state(*statements_, id);
  if (!state) return state.error();
  if (!*state) return Error{"journal", fmt::format("there is no recording {}", id), ""};
  return write([&] { return forget_outcome(id); });
}

Status SqliteJournal::checkpoint(std::int64_t id, std::int32_t channel, const std::string& bytes) {
  Status pending = check_pending(id);
  if (!pending) return pending;
  return write([&] {
    return statements_->put_checkpoint.run({id, std::int64_t{channel}, Blob{bytes}});
  });
}

Status SqliteJournal::append(std::int64_t id, const std::vector<Detection>& detections) {
  Status status = check_scores(id, detections);
  if (status) status = check_pending(id);
  if (!status) return status;
  return write([&] {
    Status inserted = Done{};
    for (const Detection& detection : detections) {
      inserted = statements_->insert_detection.run(
          {id, detection.start_us, detection.end_us, std::int64_t{detection.channel},
           std::int64_t{detection.label}, Blob{detection.text}, next_serial_++,
           double{detection.score}});
      if (!inserted) break;
    }
    return inserted;
  });
}

Status SqliteJournal::append_vectors(std::int64_t id, const SegmentVectors& vectors) {
  Status status = check_pending(id);
  if (!status) return status;
  const auto earlier = read_vector_shape(*statements_, id);
  if (!earlier) return earlier.error();
  status = check_vectors(id, vectors, *earlier);
  if (!status || vectors.times.empty()) return status;
  return write([&]() -> Status {
    const auto place = vector_files_.append(run_, vectors);
    if (!place) return place.error();
    return statements_->insert_vectors.run(
        {id, next_serial_++, place->run, place->offset, place->shape.count, place->shape.length});
  });
}

Status SqliteJournal::finish(std::int64_t id, const RecordingOutcome& outcome) {
  if (outcome.state == RecordingState::kPending) {
    return Error{"journal", fmt::format("recording {} can't end as pending", id), ""};
  }
  Status pending = check_pending(id);
  if (!pending) return pending;
  return write([&] {
    Status status = statements_->delete_checkpoints.run({id});
    if (status && outcome.state == RecordingState::kFailed) {
      status = statements_->delete_detections.run({id});
      if (status) status = statements_->delete_vectors.run({id});
    }
    std::int64_t ordinal = 0;
    for (const RecordingFault& fault : outcome.faults) {
      if (!status) return status;
      status = statements_->insert_fault.run({id, ordinal++, fault.stage, fault.reason,
                                              or_null(fault.start_us), or_null(fault.end_us)});
    }
    if (!status) return status;
    return statements_->end.run({id, static_cast<std::int64_t>(outcome.state), outcome.duration_us,
                                 or_null(outcome.origin_us)});
  });
}

Result<JournalCounts> SqliteJournal::counts() { return read_counts(*database_); }

Status SqliteJournal::for_each_entry(const std::function<Status(const JournalEntry&)>& visit) {
  return read_entries(*database_, *statements_, visit);
}

Status SqliteJournal::for_each_detection(std::int64_t id,
                                         const std::function<Status(const Detection&)>& visit) {
  return read_detections(*statements_, id, visit);
}

Result<bool> SqliteJournal::is_finished(std::int64_t id) {
  const auto state = find_state(*statements_, id);
  if (!state) return state.error();
  return state->has_value() && **state != RecordingState::kPending;
}

Result<VectorShape> SqliteJournal::vector_shape(std::int64_t id) {
  const auto finished = is_finished(id);
  if (!finished) return finished.error();
  return *finished ? read_vector_shape(*statements_, id) : VectorShape{};
}

Status SqliteJournal::for_each_vectors(std::int64_t id,
                                       const std::function<Status(const SegmentVectors&)>& visit) {
  const auto finished = is_finished(id);
  if (!finished) return finished.error();
  if (!*finished) return Done{};
  return read_vector_places(*statements_, id, [&](const VectorPlace& place) -> Status {
    const auto vectors = vector_files_.read(place);
    return vectors ? visit(*vectors) : vectors.error();
  });
}

}  // namespace rookery
