// Recordings made from a seed: noise, and pairs of tones as telephones dial them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

struct AudioOrder {
  std::int32_t count = 1;
  std::int64_t frames = 0;
  std::int32_t sample_rate = 16'000;
  std::int32_t channels = 1;
  std::int32_t seed = 1;
};

// 16-bit WAV files in `folder`, made unless they are there; their paths. The same bytes for the
// same order, whatever the host. `stop` is asked again and again; once it is true an Error of stage
// "bench" is returned, and no file is left that is not whole.
Result<std::vector<std::string>> generate_audio(
    const AudioOrder& order, const std::string& folder,
    const std::function<bool()>& stop = [] { return false; });

}  // namespace rookery
