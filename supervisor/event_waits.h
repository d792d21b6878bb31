// How long the loops of run and plan wait for an event before they look around.
#pragma once

#include <chrono>

namespace rookery {

inline constexpr std::chrono::milliseconds kLongestWait{200};
// While the next input is being looked at, which is no event.
inline constexpr std::chrono::milliseconds kInputWait{10};

}  // namespace rookery
