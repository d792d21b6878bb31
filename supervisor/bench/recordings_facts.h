// What tells the recordings of a bench from others.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// By name: how many recordings files, folders and globs hold, of how many bytes, when the last of
// them was changed, and a digest over paths, sizes and times of change. Their contents are not
// read. Error as InputSource::open().
Result<std::map<std::string, std::string>> recordings_facts(
    const std::vector<std::string>& arguments);

}  // namespace rookery
