// The implementations of Journal that the contract tests run against.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "supervisor/journal/sqlite_journal.h"
#include "tests/fakes/memory_journal.h"
#include "tests/temporary_folder.h"

namespace rookery {

// A journal and the place where it is kept.
class KeptJournal {
 public:
  virtual ~KeptJournal() = default;
  virtual Journal& journal() = 0;
  virtual void open_again() = 0;  // closes the journal first
};

class KeptMemoryJournal final : public KeptJournal {
 public:
  Journal& journal() override { return journal_; }
  void open_again() override {}

 private:
  MemoryJournal journal_;
};

class KeptSqliteJournal final : public KeptJournal {
 public:
  explicit KeptSqliteJournal(CommitLog log) : log_(log) { open_again(); }
  Journal& journal() override { return *journal_; }
  void open_again() override {
    journal_.reset();
    journal_ = SqliteJournal::open(folder_ / "journal.sqlite", log_).value();
  }

 private:
  TemporaryFolder folder_;
  CommitLog log_;
  std::unique_ptr<SqliteJournal> journal_;
};

struct JournalMaker {
  std::string name;
  std::function<std::unique_ptr<KeptJournal>()> make;
};

inline std::vector<JournalMaker> journal_makers() {
  const auto sqlite = [](CommitLog log) {
    return [log] { return std::make_unique<KeptSqliteJournal>(log); };
  };
  return {{"Memory", [] { return std::make_unique<KeptMemoryJournal>(); }},
          {"SqliteWriteAheadLog", sqlite(CommitLog::kAuto)},
          {"SqliteRollbackJournal", sqlite(CommitLog::kRollback)}};
}

}  // namespace rookery
