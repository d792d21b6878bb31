// What the rows of pending recordings add up to so far: followed in memory while they are appended
// and put into the journal before each commit, so that rows and tally are always of one moment.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "rookery/result.h"
#include "supervisor/journal/checksums.h"
#include "supervisor/journal/journal_statements.h"

namespace rookery {

struct PendingRow {
  std::string key;
  RowTally tally;  // of its rows
  VectorShape vectors;
  std::map<std::int32_t, std::int64_t> checkpoints = {};  // their checksums, by channel
  bool kept = true;                                       // the journal knows the tally
};

// Holds one of these for each recording that is under way. Errors have the stage "journal".
class PendingRows {
 public:
  // The statements outlive it.
  explicit PendingRows(JournalStatements& statements) : statements_(&statements) {}

  // Of a pending recording; an Error if it isn't one. Valid until it ends.
  Result<PendingRow*> of(std::int64_t id);
  // It is pending and has no rows.
  void begin(std::int64_t id, std::string key) { rows_[id] = {std::move(key), {}, {}}; }
  void end(std::int64_t id) { rows_.erase(id); }
  // Writes down what has changed.
  Status keep();

 private:
  JournalStatements* statements_;
  std::map<std::int64_t, PendingRow> rows_;
};

}  // namespace rookery
