// What kind of file system a folder is on, as far as the journal must know.
#pragma once

#include <cstdint>
#include <string>

namespace rookery {

// Whether a file system of this type (statfs(2), f_type) may be used by several hosts at once, so
// that memory mapped from a file isn't shared by all who open it. FUSE counts: sshfs and its like
// hide there.
bool is_network_file_system(std::int64_t type);

// The same of the file system of `path`; false when it can't be asked.
bool is_on_network_file_system(const std::string& path);

}  // namespace rookery
