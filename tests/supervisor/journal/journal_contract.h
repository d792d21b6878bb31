// What tests of the promises of supervisor/journal/journal.h have in common: they hold the journal
// in SQLite (with either commit log) and the fake that other tests stand on to them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "supervisor/journal/journal.h"
#include "tests/supervisor/journal_makers.h"

namespace rookery {

inline const FileIdentity kIdentity{1000, 5};

inline Recording recording_of(const std::string& key) { return {0, key, "/in/" + key}; }

inline RecordingOutcome done_in(std::int64_t duration_us) {
  return {RecordingState::kDone, duration_us, {}};
}

inline std::vector<std::string> keys_of(Journal& journal) {
  std::vector<std::string> keys;
  EXPECT_TRUE(journal.for_each_entry([&keys](const JournalEntry& entry) {
    keys.push_back(entry.key);
    return Done{};
  }));
  return keys;
}

inline std::vector<Detection> rows_of(Journal& journal, std::int64_t id) {
  std::vector<Detection> rows;
  EXPECT_TRUE(journal.for_each_detection(id, [&rows](const Detection& detection) {
    rows.push_back(detection);
    return Done{};
  }));
  return rows;
}

class JournalContract : public ::testing::TestWithParam<JournalMaker> {
 protected:
  std::int64_t admit(const std::string& key, const FileIdentity& identity = kIdentity) {
    const auto entry = journal().admit(recording_of(key), identity);
    return entry.value().value().id;
  }
  Journal& journal() { return kept_->journal(); }
  // Closes the journal and opens it again, as the next run of the program does.
  void next_run() {
    ASSERT_TRUE(journal().flush());
    kept_->open_again();
    ASSERT_TRUE(journal().begin_run());
  }

  void SetUp() override { ASSERT_TRUE(journal().begin_run()); }

 private:
  std::unique_ptr<KeptJournal> kept_ = GetParam().make();
};

}  // namespace rookery
