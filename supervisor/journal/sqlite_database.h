// SQLite as values: a database and its prepared statements, closed by scope, errors as Status.
// Stage of all errors: "journal". Knows nothing of what is stored. With its source the only place
// that knows SQLite's C interface.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "rookery/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace rookery {

// Bytes that need not be UTF-8, stored as a BLOB; a plain string_view is stored as TEXT.
struct Blob {
  std::string_view bytes;
};
using SqliteValue = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob>;

// A row of a result, valid during the visit. Columns count from 0.
class SqliteRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  double real(int column) const;
  std::string bytes(int column) const;  // TEXT or BLOB

 private:
  sqlite3_stmt* statement_;
};

using RowVisitor = std::function<Status(const SqliteRow&)>;

// A prepared statement. Each call binds `values` to ?1, ?2, … and leaves it ready for the next one.
class SqliteStatement {
 public:
  SqliteStatement() = default;  // prepared by SqliteDatabase::prepare() only

  // Runs it; rows are ignored.
  Status run(std::initializer_list<SqliteValue> values = {});
  // Runs it and visits each row; an error of the visit stops it and is returned.
  Status each(std::initializer_list<SqliteValue> values, const RowVisitor& visit);

 private:
  friend class SqliteDatabase;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  Status visit_rows(std::initializer_list<SqliteValue> values, const RowVisitor& visit);

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

enum class SqliteAccess { kCreate, kReadOnly };

class SqliteDatabase {
 public:
  // Opening alone reads nothing: whether the file is a database shows with the first statement.
  static Result<std::unique_ptr<SqliteDatabase>> open(const std::string& path, SqliteAccess access);

  const std::string& path() const { return path_; }
  Result<SqliteStatement> prepare(std::string_view sql);
  // Runs statements separated by semicolons.
  Status execute(const std::string& sql);
  // First column of the first row of a query.
  Result<std::int64_t> integer(std::string_view sql);
  Result<std::string> text(std::string_view sql);

  std::int64_t changed_rows() const;  // by the last statement
  std::int64_t last_insert_id() const;
  bool in_transaction() const;

 private:
  struct Closer {
    void operator()(sqlite3* handle) const;
  };
  SqliteDatabase(std::string path, sqlite3* handle);

  std::string path_;
  std::unique_ptr<sqlite3, Closer> handle_;
};

}  // namespace rookery
