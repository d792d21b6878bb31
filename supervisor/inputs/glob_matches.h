// What a pattern of the command line matches.
#pragma once

#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

struct GlobMatch {
  std::string path;
  std::string fault;  // why the pattern could not look into it; "" of what it matches
};

// In byte order of paths; folders that must be read for it and cannot be are among them. Error of
// stage "input": there is no memory for them.
Result<std::vector<GlobMatch>> glob_matches(const std::string& pattern);

}  // namespace rookery
