// The tables of the journal, and what makes a file one: application id and schema version.
#pragma once

#include "rookery/result.h"
#include "supervisor/journal/sqlite_database.h"

namespace rookery {

// Makes the tables in a new, empty database. In an old one, checks that it is a journal of this
// version, and its structure; another program's database or another version is an Error.
Status prepare_journal_schema(SqliteDatabase& database);

// Whether pages, rows and indexes belong together: a recording that its index doesn't lead to would
// be done and counted twice. Reads all of it, in some 5 s of CPU time for a gigabyte.
Status check_structure(SqliteDatabase& database);

// Like it, but changes nothing: an empty database is an Error too.
Status check_journal_schema(SqliteDatabase& database);

}  // namespace rookery
