// Ties threads to cores.
#pragma once

#include "rookery/core_set.h"
#include "rookery/result.h"

namespace rookery {

// Lets the calling thread, and those that it makes from now on, run on `cores` alone; none: no
// change. Error stage "worker".
Status pin_this_thread(const CoreSet& cores);

}  // namespace rookery
