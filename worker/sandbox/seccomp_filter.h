// seccomp: a filter in the kernel that refuses system calls.
#pragma once

#include "rookery/result.h"

namespace rookery {

// From now on every thread of this process, those that run already included, is refused: sockets
// and connections, programs, processes, whatever changes a file or opens one for writing, looking
// into other processes, signals to them, mounts, namespaces, higher limits. Which calls: the tables
// in the .cc. A refused call fails with EPERM. Threads, memory (executable mappings, too) and
// descriptors that are open stay as they are. Call it when the last connection stands.
// False: the kernel or a container has no such filters. Error stage "sandbox".
Result<bool> refuse_system_calls();

}  // namespace rookery
