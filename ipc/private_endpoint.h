// A Unix socket that no path leads to any more. Private to the channel.
#pragma once

#include <functional>
#include <string>

#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

// Makes a 0700 directory below $XDG_RUNTIME_DIR, $TMPDIR or /tmp, lets `bind` bind the socket path
// it is given, opens that with O_PATH and removes path and directory, also when something fails.
// The descriptor is close-on-exec; whoever holds it can connect to path_of_fd().
Result<UniqueFd> bind_private_endpoint(const std::function<Status(const std::string& path)>& bind);

// A path that leads to an open descriptor of this process.
std::string path_of_fd(int fd);

}  // namespace rookery
