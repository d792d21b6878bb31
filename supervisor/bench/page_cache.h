// The kernel's copies of files.
#pragma once

#include <string>
#include <vector>

namespace rookery {

// Asks the kernel to forget the contents of all recordings that a run would find in `inputs`:
// files, folders and globs. What is still to be written stays, and so does what others map: a wish,
// without an answer.
void drop_from_page_cache(const std::vector<std::string>& inputs);

}  // namespace rookery
