// The first page of a SQLite file, which holds what it takes to find all others.
#pragma once

#include <string>

#include "rookery/result.h"

namespace rookery {

// Copies the database `source` to `copy` with the first page of `model`, a database whose tables
// were made by the same statements in the same order and so begin at the same pages. The copy has
// as many pages as the file `source`, none of them known as free. Errors have the stage "journal".
Status copy_with_first_page(const std::string& source, const std::string& model,
                            const std::string& copy);

}  // namespace rookery
