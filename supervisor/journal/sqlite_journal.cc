#include "supervisor/journal/sqlite_journal.h"

#include <fmt/format.h>

#include <utility>

#include "supervisor/journal/file_system.h"
#include "supervisor/journal/journal_changes.h"
#include "supervisor/journal/journal_checks.h"
#include "supervisor/journal/journal_damage.h"
#include "supervisor/journal/journal_queries.h"
#include "supervisor/journal/journal_schema.h"
#include "supervisor/journal/journal_statements.h"
#include "supervisor/journal/recording_identity.h"

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

Error one_key_twice(const Recording& recording, const std::string& other_path) {
  return {
      "input",
      fmt::format("{} and {} would both be called {}", other_path, recording.path, recording.key),
      "name a common parent folder, or run them into two output folders"};
}

Status ignore_row(const Detection&, std::int64_t) { return Done{}; }

}  // namespace

SqliteJournal::SqliteJournal(std::unique_ptr<SqliteDatabase> database,
                             std::unique_ptr<JournalStatements> statements)
    : database_(std::move(database)),
      statements_(std::move(statements)),
      pending_(*statements_),
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
    Status ready = vector_files_.sync();
    if (ready) ready = pending_.keep();
    return ready ? statements_->commit.run() : ready;
  });
}

Result<std::map<std::string, std::string>> SqliteJournal::facts() {
  auto facts = read_facts(*database_);
  if (!facts || !facts->empty()) return facts;
  const auto recordings = database_->integer("SELECT EXISTS (SELECT 1 FROM recordings)");
  if (!recordings) return recordings.error();
  if (*recordings == 0) return facts;
  return journal_damage(database_->path(), "what its recordings were done with is missing");
}

Status SqliteJournal::set_facts(const std::map<std::string, std::string>& facts) {
  return write([&] { return replace_facts(*database_, facts); });
}

Status SqliteJournal::begin_run() {
  const auto last_run = database_->integer("SELECT coalesce(max(run), 0) FROM recordings");
  if (!last_run) return last_run.error();
  run_ = *last_run + 1;
  next_ordinal_ = 0;
  next_serial_ = run_ << 32;
  return write([this] {
    Status kept = pending_.keep();
    pending_ = PendingRows(*statements_);
    return kept ? drop_unfinished(*database_) : kept;
  });
}

Result<std::optional<JournalEntry>> SqliteJournal::admit(const Recording& recording,
                                                         const FileIdentity& identity) {
  if (run_ == 0) return Error{"journal", "a recording was admitted before a run began", ""};
  const auto known = find_entry(*statements_, recording.key);
  if (!known) return known.error();
  if (*known && (*known)->place.run == run_) {
    const std::string& other_path = (*known)->entry.path;
    if (other_path != recording.path) return one_key_twice(recording, other_path);
    return std::optional<JournalEntry>();
  }
  JournalEntry entry{0, recording.key, recording.path, identity, {}};
  const Status written = write([&] { return *known ? take_up(entry, **known) : insert(entry); });
  if (!written) return written.error();
  ++next_ordinal_;
  return std::optional(std::move(entry));
}

Status SqliteJournal::insert(JournalEntry& entry) {
  Status inserted = insert_entry(*statements_, entry, {run_, next_ordinal_});
  entry.id = database_->last_insert_id();
  if (inserted) pending_.begin(entry.id, entry.key);
  return inserted;
}

Status SqliteJournal::take_up(JournalEntry& entry, const KnownEntry& known) {
  entry.id = known.entry.id;
  entry.attempts = known.entry.attempts;
  Status placed = statements_->place.run({entry.id, Blob{entry.path}, run_, next_ordinal_});
  if (!placed) return placed;
  const bool same = is_known_file(known.entry, entry.identity);
  entry.identity = identity_to_keep(known.entry, entry.identity);
  Status identified = Done{};
  if (entry.identity != known.entry.identity) {
    identified =
        statements_->identify.run({entry.id, entry.identity.size_bytes, entry.identity.mtime_ns,
                                   entry.identity.content_digest});
  }
  if (!identified) return identified;
  if (same) return take_up_same(entry, known);
  ++entry.attempts;
  Status counted = statements_->count_attempt.run({entry.id});
  return counted ? forget(entry.id, entry.key) : counted;
}

Status SqliteJournal::take_up_same(JournalEntry& entry, const KnownEntry& known) {
  entry.outcome = known.entry.outcome;
  entry.rows = known.entry.rows;
  if (entry.outcome.state != RecordingState::kPending) return Done{};
  entry.checkpoints = known.entry.checkpoints;
  if (!entry.checkpoints.empty()) {
    // Work goes on behind these rows: the last moment to see that they are not what they were.
    Status whole = read_detections(*statements_, known.entry, rows_alone(known), ignore_row);
    if (!whole) return whole;
  }
  ++entry.attempts;
  return statements_->count_attempt.run({entry.id});
}

Status SqliteJournal::forget(std::int64_t id, const std::string& key) {
  pending_.begin(id, key);
  return forget_outcome(*statements_, id, key);
}

Status SqliteJournal::reopen(std::int64_t id) {
  const auto known = find_state(*statements_, id);
  if (!known) return known.error();
  if (!*known) return Error{"journal", fmt::format("there is no recording {}", id), ""};
  return write([&] {
    Status counted = Done{};
    if ((*known)->state != RecordingState::kPending) counted = statements_->count_attempt.run({id});
    return counted ? forget(id, (*known)->key) : counted;
  });
}

Status SqliteJournal::checkpoint(std::int64_t id, std::int32_t channel, const std::string& bytes) {
  const auto pending = pending_.of(id);
  if (!pending) return pending.error();
  (*pending)->checkpoints[channel] = checksum_of(channel, bytes);
  (*pending)->kept = false;
  return write([&] { return put_checkpoint(*statements_, id, channel, bytes); });
}

Status SqliteJournal::append(std::int64_t id, const std::vector<Detection>& detections) {
  Status status = check_detections(id, detections);
  if (!status) return status;
  const auto pending = pending_.of(id);
  if (!pending) return pending.error();
  return write([&] {
    Status inserted = Done{};
    for (const Detection& detection : detections) {
      const std::int64_t serial = next_serial_++;
      inserted = insert_detection(*statements_, id, detection, serial);
      if (!inserted) break;
      (*pending)->tally.add(detection, serial);
      (*pending)->kept = false;
    }
    return inserted;
  });
}

Status SqliteJournal::append_vectors(std::int64_t id, const SegmentVectors& vectors) {
  const auto pending = pending_.of(id);
  if (!pending) return pending.error();
  Status fitting = check_vectors(id, vectors, (*pending)->vectors);
  if (!fitting || vectors.times.empty()) return fitting;
  return write([&]() -> Status {
    const auto place = vector_files_.append(run_, vectors);
    if (!place) return place.error();
    (*pending)->tally.add(*place);
    (*pending)->vectors = {(*pending)->vectors.count + place->shape.count, place->shape.length};
    (*pending)->kept = false;
    return insert_vectors(*statements_, id, *place);
  });
}

Status SqliteJournal::finish(std::int64_t id, const RecordingOutcome& outcome) {
  if (outcome.state == RecordingState::kPending) {
    return Error{"journal", fmt::format("recording {} can't end as pending", id), ""};
  }
  Status possible = check_outcome(id, outcome);
  if (!possible) return possible;
  const auto pending = pending_.of(id);
  if (!pending) return pending.error();
  return write([&] {
    Status ended = end_entry(*statements_, id, (*pending)->key, outcome, (*pending)->tally);
    pending_.end(id);
    return ended;
  });
}

Result<JournalCounts> SqliteJournal::counts() { return read_counts(*database_); }

Status SqliteJournal::for_each_entry(const std::function<Status(const JournalEntry&)>& visit) {
  return read_entries(*statements_, visit);
}

Status SqliteJournal::for_each_detection(std::int64_t id,
                                         const std::function<Status(const Detection&)>& visit) {
  const auto known = find_state(*statements_, id);
  if (!known) return known.error();
  if (!*known || (*known)->state == RecordingState::kPending) return Done{};
  JournalEntry entry;
  entry.id = id;
  entry.key = (*known)->key;
  return read_detections(
      *statements_, entry, (*known)->tally,
      [&visit](const Detection& detection, std::int64_t) { return visit(detection); });
}

Result<VectorShape> SqliteJournal::vector_shape(std::int64_t id) {
  const auto known = find_state(*statements_, id);
  if (!known) return known.error();
  if (!*known || (*known)->state == RecordingState::kPending) return VectorShape{};
  return read_vector_shape(*statements_, id);
}

Status SqliteJournal::for_each_vectors(std::int64_t id,
                                       const std::function<Status(const SegmentVectors&)>& visit) {
  // None of a pending recording, and none where a place is missing.
  const auto shape = vector_shape(id);
  if (!shape) return shape.error();
  if (shape->count == 0) return Done{};
  Status whole = for_each_detection(id, [](const Detection&) { return Done{}; });
  if (!whole) return whole;
  return read_vector_places(*statements_, id, [&](const VectorPlace& place) -> Status {
    const auto vectors = vector_files_.read(place);
    return vectors ? visit(*vectors) : vectors.error();
  });
}

}  // namespace rookery
