// The shapes that a model's output may have: tags [B, C], frames [B, F, C].
#pragma once

#include <cstdint>
#include <span>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

// F for frames, 0 for tags. Error stage "model", telling the shape found and the one wanted, unless
// the output has `rows` rows, a score for each label, and one frame for every geometry.frame input
// samples.
Result<std::int64_t> check_output_shape(std::span<const std::int64_t> shape, std::int64_t rows,
                                        const WorkerSettings& settings);

}  // namespace rookery
