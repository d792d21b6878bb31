// The shapes that a model's output may have: tags [B, C], frames [B, F, C], ctc [B, F, V],
// embedding [B, D].
#pragma once

#include <cstdint>
#include <span>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

// F for frames and ctc, otherwise 0. Error stage "model", telling the shape found and the one
// wanted, unless the output has `rows` rows, as many numbers as there are floors, and one frame for
// every geometry.frame input samples (for ctc a few less at the end will do).
Result<std::int64_t> check_output_shape(std::span<const std::int64_t> shape, std::int64_t rows,
                                        const ModelSettings& settings);

}  // namespace rookery
