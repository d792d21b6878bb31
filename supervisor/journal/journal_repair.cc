#include "supervisor/journal/journal_repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "supervisor/journal/first_page.h"
#include "supervisor/journal/journal_changes.h"
#include "supervisor/journal/journal_salvage.h"
#include "supervisor/journal/journal_schema.h"
#include "supervisor/sync_folder.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

// No recording takes less than this in the file, which bounds what a damaged one can claim.
constexpr std::int64_t kLeastBytesOfARecording = 24;

struct OpenJournal {
  std::unique_ptr<SqliteDatabase> database;
  JournalStatements statements;
};

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::string damaged_path(const std::string& path, int number) {
  return fmt::format("{}.damaged-{}", path, number);
}

std::optional<std::string> last_set_aside(const std::string& path) {
  int number = 0;
  while (exists(damaged_path(path, number + 1))) ++number;
  return number == 0 ? std::nullopt : std::optional(damaged_path(path, number));
}

Status rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return Done{};
  return system_error("journal", from, "renamed to " + to, errno);
}

// Removed when it goes out of scope, unless it has another name by then.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// With a name that the next run takes for a leftover, see atomic_file.
std::string temporary_path(const std::string& path, std::string_view what) {
  return (fs::path(path).parent_path() / fmt::format(".rookery-{}.tmp", what)).native();
}

Result<OpenJournal> create(const std::string& path) {
  auto database = SqliteDatabase::open(path, SqliteAccess::kCreate);
  if (!database) return database.error();
  Status status = (*database)->execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL");
  if (status) status = prepare_journal_schema(**database);
  if (!status) return status.error();
  auto statements = JournalStatements::prepare(**database);
  if (!statements) return statements.error();
  return OpenJournal{std::move(*database), std::move(*statements)};
}

bool is_empty(SqliteDatabase& database) {
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  return !tables || *tables == 0;
}

// A journal as far as it can be opened, or why it can't. Error: it is not damaged, it is something
// else.
struct Source {
  std::optional<OpenJournal> journal;
  std::string why_not = {};
  bool grafted = false;  // it is a copy with another first page
};

Result<Source> open_damaged(const std::string& path) {
  // A rollback that is still to be done must be written.
  const bool hot = exists(path + "-journal");
  auto database = SqliteDatabase::open(path, hot ? SqliteAccess::kCreate : SqliteAccess::kReadOnly);
  if (!database) return database.error();
  // Reads on where SQLite would stop at once: in a file that is shorter than it says.
  Status status = (*database)->execute("PRAGMA writable_schema = ON; PRAGMA cell_size_check = ON");
  if (status) status = check_journal_schema(**database);
  if (!status && !is_empty(**database) && check_structure(**database)) return status.error();
  if (!status) return Source{std::nullopt, status.error().reason};
  auto statements = JournalStatements::prepare(**database);
  if (!statements) return Source{std::nullopt, statements.error().reason};
  return Source{OpenJournal{std::move(*database), std::move(*statements)}, ""};
}

// The journal itself, or a copy whose first page, which holds the schema, is that of `model`.
Result<Source> open_source(const std::string& path, const std::string& model,
                           const std::string& copy) {
  auto opened = open_damaged(path);
  if (!opened || opened->journal) return opened;
  const Status copied = copy_with_first_page(path, model, copy);
  if (!copied) return copied.error();
  auto grafted = open_damaged(copy);
  if (!grafted || !grafted->journal) return opened;
  grafted->grafted = true;
  return grafted;
}

std::int64_t last_id(SqliteDatabase& database) {
  std::error_code ignored;
  std::int64_t bytes = 0;
  for (const char* suffix : {"", "-wal"}) {
    const std::string path = database.path() + suffix;
    if (exists(path)) bytes += static_cast<std::int64_t>(fs::file_size(path, ignored));
  }
  const std::int64_t bound = bytes / kLeastBytesOfARecording;
  const auto last = database.integer("SELECT coalesce(max(id), 0) FROM recordings");
  return last ? std::min(*last, bound) : bound;
}

Result<JournalRepair> copy_all(OpenJournal& from, OpenJournal& to, const std::string& path) {
  JournalRepair repair;
  const auto facts = read_facts(*from.database);
  if (!facts || facts->empty()) {
    repair.facts_lost = facts ? "they are missing" : facts.error().reason;
    return repair;
  }
  Status status = to.statements.begin.run();
  if (status) status = replace_facts(*to.database, *facts);
  if (!status) return status.error();
  VectorFiles vectors(path);
  auto salvage =
      JournalSalvage(from.statements, *to.database, to.statements, vectors, last_id(*from.database))
          .run();
  if (!salvage) return salvage.error();
  status = to.statements.commit.run();
  if (!status) return status.error();
  repair.kept = salvage->ended;
  repair.under_way = salvage->under_way;
  repair.lost = salvage->lost;
  return repair;
}

// Looked at as strictly as the next run will: the schema itself may be what is damaged.
bool is_whole(const JournalRepair& repair, SqliteDatabase& database) {
  return repair.facts_lost.empty() && repair.lost == 0 &&
         database.execute("PRAGMA writable_schema = RESET").ok() && check_structure(database).ok();
}

// The damaged file and what belongs to it; the index of a log is made anew by whoever needs it.
Result<std::string> set_aside(const std::string& path) {
  int number = 1;
  while (exists(damaged_path(path, number))) ++number;
  const std::string aside = damaged_path(path, number);
  Status moved = rename(path, aside);
  for (const char* suffix : {"-wal", "-journal"}) {
    if (moved && exists(path + suffix)) moved = rename(path + suffix, aside + suffix);
  }
  if (!moved) return moved.error();
  std::remove((path + "-shm").c_str());
  return aside;
}

Result<JournalRepair> salvage(const std::string& source, const std::string& path,
                              const std::string& made) {
  const TemporaryFile grafted(temporary_path(path, "first-page"));
  auto to = create(made);
  if (!to) return to.error();
  auto from = open_source(source, made, grafted.path());
  if (!from) return from.error();
  if (!from->journal) {
    JournalRepair nothing;
    nothing.facts_lost = from->why_not;
    return nothing;
  }
  auto repair = copy_all(*from->journal, *to, path);
  if (repair)
    repair->whole = source == path && !from->grafted && is_whole(*repair, *from->journal->database);
  return repair;
}

}  // namespace

Result<JournalRepair> repair_journal(const std::string& path) {
  const bool there = exists(path);
  const auto earlier = last_set_aside(path);
  if (!there && !earlier) {
    return Error{"journal", fmt::format("there is no {}, nor one set aside", path),
                 "put it back, or begin anew with `rookery run --fresh`"};
  }
  const TemporaryFile made(temporary_path(path, "repair"));
  auto repair = salvage(there ? path : *earlier, path, made.path());
  if (!repair || repair->whole) return repair;
  auto aside = there ? set_aside(path) : Result<std::string>(*earlier);
  if (!aside) return aside.error();
  repair->set_aside = *aside;
  Status renamed = rename(made.path(), path);
  if (renamed) renamed = sync_folder_of("journal", path);
  if (!renamed) return renamed.error();
  return repair;
}

}  // namespace rookery
