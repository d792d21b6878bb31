// How many channels a recording may have.
#pragma once

#include <cstdint>

namespace rookery {

// One with more is refused when it is probed; `audio.channel` names one of so many.
inline constexpr std::int32_t kMaxChannels = 8;

}  // namespace rookery
