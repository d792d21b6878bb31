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

// What a model gave for noise, and in what time.
struct TriedModel {
  at::Tensor full_batch;
  at::Tensor one_row;
  std::int64_t forward_us = 0;  // of the full batch, without the front end
};

// Whether a forward takes so long that none is run for its first-call costs or its time alone.
bool takes_long(const TriedModel& tried);

// Tries the full batch and one row of a model that is new. Error stage "model": it throws, shape or
// numbers (NaN) do not fit the settings, or it changes itself in forward.
Result<TriedModel> check_model(Model& model, const FrontEnd& front_end,
                               const ModelSettings& settings);

// Runs the model in its batch shapes, so that no recording pays for first calls: the full batch,
// one row, and for a second the others. The full batch's time once warm; of a model that takes
// long, the first time. Errors as of check_model(), but for changes.
Result<TriedModel> warm_up(const Model& model, const FrontEnd& front_end,
                           const ModelSettings& settings);

// The first call of a model that takes long, of which all else is known: what it gives for one row.
// Errors as of warm_up().
Result<at::Tensor> try_one_row(const Model& model, const FrontEnd& front_end,
                               const ModelSettings& settings);

}  // namespace rookery
