// The kernel's copies of files.
#pragma once

#include <string>
#include <vector>

namespace rookery {

// Asks the kernel to forget the contents of files, and of all files in folders. What is still to be
// written stays, and so does what others map: a wish, without an answer.
void drop_from_page_cache(const std::vector<std::string>& paths);

}  // namespace rookery
