// Recordings made from a seed: noise, and pairs of tones as telephones dial them.
#pragma once

#include <string>
#include <vector>

#include "rookery/result.h"
#include "supervisor/bench/bench_config.h"

namespace rookery {

// 16-bit WAV files in `folder`, made unless they are there; their paths. The same bytes for the
// same order, whatever the host.
Result<std::vector<std::string>> generate_audio(const GeneratedAudio& order,
                                                const std::string& folder);

}  // namespace rookery
