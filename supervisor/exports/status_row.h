// What the journal knows of a recording, as a line of JSON for `rookery status --json`.
#pragma once

#include <string>

#include "supervisor/journal/journal.h"

namespace rookery {

// An object and a line feed; its keys are in docs/outputs.md.
std::string status_row(const JournalEntry& entry);

}  // namespace rookery
