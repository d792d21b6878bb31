// What workers must be able to read to take a run's recordings.
#pragma once

#include <string>
#include <vector>

namespace rookery {

// Files and folders that hold whatever these inputs may yield: a file or folder itself, of a glob
// the folder before its first wildcard, of a list on standard input "/", everything.
std::vector<std::string> readable_paths(const std::vector<std::string>& inputs);

}  // namespace rookery
