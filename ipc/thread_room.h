// Threads that a process may still start.
#pragma once

#include <cstddef>

#include "rookery/result.h"

namespace rookery {

// Tries it with so many at once, which end again. ZeroMQ and OpenMP end the whole process where
// they get none, so this is asked before. An Error of stage "start" if the limits on processes do
// not allow them; `whose` says in words what needs them.
Status room_for_threads(std::size_t count, const char* whose);

}  // namespace rookery
