// One channel out of several.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rookery {

// Writes the mean of each frame's channels, or the channel of number `channel` (from 1; 0: the
// mean), to `mono`, which has room for one sample a frame. The mean is summed in channel order and
// rounded to float once. Returns how many frames come before the first whose sample is no finite
// number; mono.size() if there is none.
std::size_t mix_to_mono(std::span<const float> interleaved, std::int32_t channels,
                        std::int32_t channel, std::span<float> mono);

}  // namespace rookery
