// What can be kept of a damaged journal.
#pragma once

#include <cstdint>
#include <string>

#include "rookery/result.h"

namespace rookery {

struct JournalRepair {
  bool whole = false;          // nothing was damaged, and nothing done
  std::string set_aside;       // where the damaged file is now
  std::int64_t kept = 0;       // recordings that had ended, and all their rows
  std::int64_t under_way = 0;  // recordings kept up to their last checkpoint
  std::int64_t lost = 0;       // recordings found of which something is missing or not what it was
  std::string facts_lost;      // why nothing could be kept; "": what it was made with is known
};

// Reads the journal at `path`, and everything that it says of vectors beside it, against the
// checksums it keeps. Is it whole, it is left alone. Else a new journal takes its place which holds
// what is whole, and the damaged file goes to the first free of PATH.damaged-1, PATH.damaged-2 …,
// its log with it. Where there is no journal at `path`, as after a repair that was cut off, the
// last one set aside is read. Nobody else may use the journal meanwhile. Errors (stage "journal"):
// neither is there, another program's database or another schema version, no new file can be
// written; nothing is changed then.
Result<JournalRepair> repair_journal(const std::string& path);

}  // namespace rookery
