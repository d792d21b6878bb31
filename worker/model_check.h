// Tries a model on noise before any recording is touched.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

class FrontEnd;
class Model;

// The batch shapes that a plan has: full batches, then powers of two for the rest.
std::vector<std::int32_t> batch_sizes(std::int32_t batch_size);

// The same quiet noise for every call: `rows` rows, as samples and through the front end.
at::Tensor noise_waveform(const SegmentGeometry& geometry, std::int32_t rows);
at::Tensor probe_input(const FrontEnd& front_end, const SegmentGeometry& geometry,
                       std::int32_t rows);

struct TriedForward {
  at::Tensor output;
  std::int64_t forward_us = 0;  // without the front end
};

// Runs the model in its batch shapes, so that no recording pays for first calls: the full batch,
// one row, and for a second the others. What it gave for a full batch, once shape and numbers (no
// NaN) fit the settings, and how long that takes once warm; where it takes more than a second, the
// first time. Error stage "model".
Result<TriedForward> warm_up(const Model& model, const FrontEnd& front_end,
                             const ModelSettings& settings);

// Tries the full batch and one row of a model that is new. What it gave for the full batch; an
// Error as of warm_up(), and if the model changes itself in forward.
Result<at::Tensor> check_model(Model& model, const FrontEnd& front_end,
                               const ModelSettings& settings);

}  // namespace rookery
