// The cores that a worker is pinned to.
#pragma once

#include <cstdint>
#include <vector>

namespace rookery {

// By the operating system's indices, ascending; none: not pinned.
using CoreSet = std::vector<std::int32_t>;

}  // namespace rookery
