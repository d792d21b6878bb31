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

// Runs the model in its batch shapes, so that no recording pays for first calls: the full batch,
// one row, and for a second the others. What it gave for a full batch, once shape and numbers (no
// NaN) fit the settings. Error stage "model".
Result<at::Tensor> warm_up(const Model& model, const FrontEnd& front_end,
                           const ModelSettings& settings);

// Tries the full batch and one row of a model that is new. Returns as warm_up() does; an Error also
// if the model changes itself in forward.
Result<at::Tensor> check_model(Model& model, const FrontEnd& front_end,
                               const ModelSettings& settings);

}  // namespace rookery
