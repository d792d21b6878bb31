// The journal in a SQLite file, vectors in files beside it. Durability: flush() commits with
// `synchronous=EXTRA`, so what it covers survives a power cut; a process's death costs at most what
// was told since. After a write has failed (disk full, say) every later write returns the same
// Error, and reads show the last flush().
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/journal/journal.h"
#include "supervisor/journal/pending_rows.h"
#include "supervisor/journal/vector_files.h"

namespace rookery {

struct JournalStatements;
struct KnownEntry;
class SqliteDatabase;

// kAuto: a write-ahead log, or a rollback journal where a log can't be had (network file systems:
// its index must be shared memory of one host).
enum class CommitLog { kAuto, kRollback };

class SqliteJournal final : public Journal {
 public:
  // Opens the journal at `path`, creating it if there is none. Errors: not a journal, written by
  // another version, not writable.
  static Result<std::unique_ptr<SqliteJournal>> open(const std::string& path,
                                                     CommitLog log = CommitLog::kAuto);
  // Opens an existing journal for reading only, also while a run writes to it. Writes are Errors.
  static Result<std::unique_ptr<SqliteJournal>> open_for_reading(const std::string& path);

  // What was told since the last flush() is lost.
  ~SqliteJournal() override;

  Result<std::map<std::string, std::string>> facts() override;
  Status set_facts(const std::map<std::string, std::string>& facts) override;
  Status begin_run() override;
  Result<std::optional<JournalEntry>> admit(const Recording& recording,
                                            const FileIdentity& identity) override;
  Status reopen(std::int64_t id) override;
  Status checkpoint(std::int64_t id, std::int32_t channel, const std::string& bytes) override;
  Status append(std::int64_t id, const std::vector<Detection>& detections) override;
  Status append_vectors(std::int64_t id, const SegmentVectors& vectors) override;
  Status finish(std::int64_t id, const RecordingOutcome& outcome) override;
  Status flush() override;
  Result<JournalCounts> counts() override;
  Status for_each_entry(const std::function<Status(const JournalEntry&)>& visit) override;
  Status for_each_detection(std::int64_t id,
                            const std::function<Status(const Detection&)>& visit) override;
  Result<VectorShape> vector_shape(std::int64_t id) override;
  Status for_each_vectors(std::int64_t id,
                          const std::function<Status(const SegmentVectors&)>& visit) override;

 private:
  SqliteJournal(std::unique_ptr<SqliteDatabase> database,
                std::unique_ptr<JournalStatements> statements);
  static Result<std::unique_ptr<SqliteJournal>> take(std::unique_ptr<SqliteDatabase> database);

  // Makes a change within the open transaction; if it fails, rolls back and writes no more.
  Status write(const std::function<Status()>& change);
  Status insert(JournalEntry& entry);
  Status take_up(JournalEntry& entry, const KnownEntry& known);
  Status take_up_same(JournalEntry& entry, const KnownEntry& known);
  Status forget(std::int64_t id, const std::string& key);

  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<JournalStatements> statements_;
  PendingRows pending_;
  VectorFiles vector_files_;
  std::optional<Error> broken_;    // the write error after which nothing is written any more
  std::int64_t run_ = 0;           // number of the current run, 0 before begin_run()
  std::int64_t next_ordinal_ = 0;  // of the next recording admitted in this run
  std::int64_t next_serial_ = 0;   // of the next row; keeps equal ones apart and vectors in order
};

}  // namespace rookery
