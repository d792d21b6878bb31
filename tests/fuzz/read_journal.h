// Reads and writes a journal as the commands do that are given an output folder.
#pragma once

#include <string>

namespace rookery::fuzz {

// Of `folder`/journal.sqlite, whatever is in it: what `status`, `export` and the next `run` do with
// it, as far as it lets them.
void read_journal(const std::string& folder);

}  // namespace rookery::fuzz
