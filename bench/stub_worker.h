// What the stub worker and the measurement that drives it agree on.
#pragma once

#include <cstdint>

namespace rookery::bench {

// Environment: how many seconds every made-up recording lasts.
inline constexpr const char* kSecondsVariable = "STUB_RECORDING_SECONDS";
// Scores above the floor in every segment, of labels 0, 100, 200 …
inline constexpr std::int32_t kScoresPerSegment = 3;
// The wall time that stubs tell for a segment: a CNN tagger's on one core, so that tasks are cut as
// large as they would be for one.
inline constexpr std::int64_t kToldUsPerSegment = 40'000;

}  // namespace rookery::bench
