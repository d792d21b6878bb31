#include "supervisor/journal/sqlite_database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "supervisor/journal/journal_damage.h"

namespace rookery {
namespace {

// How long a statement waits for another program that reads or writes the same file.
constexpr int kBusyTimeoutMs = 30'000;

std::string remedy_for(int code, std::string_view path) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return "free disk space or check the disk, then run the same command again; nothing that was "
             "committed is lost";
    case SQLITE_NOTADB:
      return "choose another output folder; of a journal that was damaged, " + repair_remedy(path);
    case SQLITE_CORRUPT:
      return repair_remedy(path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "wait for the program that uses the file to end";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return "check that the folder exists and may be written";
    default:
      return "";
  }
}

Error error_of(sqlite3* handle, std::string_view path) {
  const int code = sqlite3_extended_errcode(handle);
  const int system_error = sqlite3_system_errno(handle);
  std::string reason = fmt::format("{}: {}", path, sqlite3_errmsg(handle));
  if ((code & 0xFF) == SQLITE_NOTADB) reason = fmt::format("{} is not a journal", path);
  if ((code & 0xFF) == SQLITE_FULL) reason = fmt::format("{}: no space left to write to it", path);
  if ((code & 0xFF) == SQLITE_CORRUPT) reason = fmt::format("{} is damaged", path);
  if (system_error != 0 && (code & 0xFF) != SQLITE_NOTADB) {
    reason += fmt::format(" [{}]", std::strerror(system_error));
  }
  return {"journal", std::move(reason), remedy_for(code, path)};
}

Error error_of(sqlite3_stmt* statement) {
  sqlite3* handle = sqlite3_db_handle(statement);
  return error_of(handle, sqlite3_db_filename(handle, "main"));
}

int bind(sqlite3_stmt* statement, int index, const SqliteValue& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t number) const {
      return sqlite3_bind_int64(statement, index, number);
    }
    int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
    // The texts outlive the binding: it is cleared before the call that brought them returns. A
    // null pointer would bind NULL.
    int operator()(std::string_view text) const {
      return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(),
                                 SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(Blob blob) const {
      return sqlite3_bind_blob64(statement, index, blob.bytes.empty() ? "" : blob.bytes.data(),
                                 blob.bytes.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement, index}, value);
}

}  // namespace

std::int64_t SqliteRow::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> SqliteRow::optional_integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

double SqliteRow::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string SqliteRow::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

void SqliteStatement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Status SqliteStatement::run(std::initializer_list<SqliteValue> values) {
  return each(values, [](const SqliteRow&) { return Done{}; });
}

Status SqliteStatement::each(std::initializer_list<SqliteValue> values, const RowVisitor& visit) {
  Status visited = visit_rows(values, visit);
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  return visited;
}

Status SqliteStatement::visit_rows(std::initializer_list<SqliteValue> values,
                                   const RowVisitor& visit) {
  int index = 0;
  for (const SqliteValue& value : values) {
    if (bind(statement_.get(), ++index, value) != SQLITE_OK) return error_of(statement_.get());
  }
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement_.get())) == SQLITE_ROW) {
    Status visited = visit(SqliteRow(statement_.get()));
    if (!visited) return visited;
  }
  return code == SQLITE_DONE ? Status(Done{}) : error_of(statement_.get());
}

void SqliteDatabase::Closer::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

SqliteDatabase::SqliteDatabase(std::string path, sqlite3* handle)
    : path_(std::move(path)), handle_(handle) {}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string& path,
                                                             SqliteAccess access) {
  const int flags = access == SqliteAccess::kCreate ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                    : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(path, handle));
  if (code != SQLITE_OK) return error_of(handle, path);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  return database;
}

Result<SqliteStatement> SqliteDatabase::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(handle_.get(), path_);
  return SqliteStatement(statement);
}

Status SqliteDatabase::execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error_of(handle_.get(), path_);
  }
  return Done{};
}

Result<std::int64_t> SqliteDatabase::integer(std::string_view sql) {
  Result<std::string> digits = text(sql);
  if (!digits) return digits.error();
  return std::int64_t{std::strtoll(digits->c_str(), nullptr, 10)};
}

Result<std::string> SqliteDatabase::text(std::string_view sql) {
  Result<SqliteStatement> query = prepare(sql);
  if (!query) return query.error();
  std::string first;
  const Status status = query->each({}, [&first](const SqliteRow& row) {
    first = row.bytes(0);
    return Done{};
  });
  if (!status) return status.error();
  return first;
}

std::int64_t SqliteDatabase::changed_rows() const { return sqlite3_changes64(handle_.get()); }

std::int64_t SqliteDatabase::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

bool SqliteDatabase::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

}  // namespace rookery
