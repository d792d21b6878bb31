// errors.jsonl: what went wrong with which recording.
#pragma once

#include <string>

#include "rookery/result.h"
#include "supervisor/journal/journal.h"

namespace rookery {

// One object a fault of the recordings that failed or have gaps, in input order; an empty file when
// there is none. Whole or not at all.
Status write_errors(Journal& journal, const std::string& out_folder);

}  // namespace rookery
