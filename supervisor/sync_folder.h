// Folders on disk, for files that must be found again after a power cut.
#pragma once

#include <string>
#include <string_view>

#include "rookery/result.h"

namespace rookery {

// Makes new names and renames in the folder of the file `path` durable. Errors have `stage`.
Status sync_folder_of(std::string_view stage, const std::string& path);

}  // namespace rookery
