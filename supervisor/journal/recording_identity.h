// Whether a file is still the one that a journal knows under its key.
#pragma once

#include "supervisor/journal/journal.h"

namespace rookery {

// Where both digests are known they decide, whatever the time of change; but a recording that
// failed may have been changed while it was read, and is the same only if that time is, too. Else
// size and time of change decide.
bool is_known_file(const JournalEntry& known, const FileIdentity& now);

// What the journal keeps of a file's identity from now on: a digest that was known of the same file
// stays when none was asked for.
FileIdentity identity_to_keep(const JournalEntry& known, const FileIdentity& now);

}  // namespace rookery
