// The tables of the journal, and what makes a file one: application id and schema version.
#pragma once

#include "rookery/result.h"
#include "supervisor/journal/sqlite_database.h"

namespace rookery {

// Makes the tables in a new, empty database. In an old one, checks that it is a journal of this
// version; another program's database or another version is an Error.
Status prepare_journal_schema(SqliteDatabase& database);

// Like it, but changes nothing: an empty database is an Error too.
Status check_journal_schema(SqliteDatabase& database);

}  // namespace rookery
