// Where the files of single recordings stand in an output folder.
#pragma once

#include <string>
#include <string_view>

#include "rookery/result.h"

namespace rookery {

// The path of the file that belongs to the recording `key`: its key with `suffix` appended. An
// Error if that would lie outside the folder or has a name too long for a file.
Result<std::string> recording_path(const std::string& out_folder, const std::string& key,
                                   std::string_view suffix);

// Makes the folders above `path`.
Status make_folder_for(const std::string& path);

}  // namespace rookery
