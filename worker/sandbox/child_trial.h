// Trying something in a child process, for what cannot be taken back.
#pragma once

#include <functional>
#include <optional>

#include "rookery/result.h"

namespace rookery {

// What `work` returns (0 to 255) in a forked child, which then ends; nullopt if it died of it. A
// child that is killed from outside (SIGKILL, SIGTERM) tells nothing, and another is tried, five at
// most. Error stage "start". The calling process has one thread.
Result<std::optional<int>> tried_in_a_child(const std::function<int()>& work);

}  // namespace rookery
