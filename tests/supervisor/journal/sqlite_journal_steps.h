// Steps that tests of the journal in SQLite are made of.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "supervisor/journal/sqlite_database.h"
#include "supervisor/journal/sqlite_journal.h"

namespace rookery {

inline const FileIdentity kIdentity{1, 2};
inline const RecordingOutcome kDone{RecordingState::kDone, 1'000'000, {}};

inline std::int64_t admit(Journal& journal, const std::string& key) {
  return journal.admit({0, key, "/" + key}, kIdentity).value().value().id;
}

// Admits a recording, gives it one row and, if wanted, ends it.
inline void add_recording(Journal& journal, const std::string& key, bool finished = true) {
  const std::int64_t id = admit(journal, key);
  ASSERT_TRUE(journal.append(id, {{0, 1, 0, 0.5F}}));
  if (!finished) return;
  ASSERT_TRUE(journal.finish(id, kDone));
}

inline std::int64_t query(const std::string& path, const std::string& sql) {
  return SqliteDatabase::open(path, SqliteAccess::kReadOnly).value()->integer(sql).value();
}

// Does the work in a process of its own. It must end by _exit(0), so that nothing is closed or
// flushed; a failed assertion returns before that.
inline void in_a_process_that_dies(const std::function<void()>& work) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    work();
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
}

}  // namespace rookery
