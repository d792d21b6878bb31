// Ties threads to cores.
#pragma once

#include <cstdint>

#include "rookery/result.h"

namespace rookery {

// Lets the calling thread run on `core` (the operating system's index) alone; −1: no change. Error
// stage "worker".
Status pin_this_thread(std::int32_t core);

}  // namespace rookery
