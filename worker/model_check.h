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
  std::int64_t took_us = 0;  // without the front end
};

// What a model gives for noise. Error stage "model": it throws, or shape or numbers (NaN) do not
// fit the settings.
Result<TriedForward> try_rows(const Model& model, const FrontEnd& front_end,
                              const ModelSettings& settings, std::int32_t rows);

// The longest and the shortest batch: a model that takes both takes those between.
struct TriedEnds {
  TriedForward full_batch;
  TriedForward one_row;
};

// Tries a model that is new. Errors as of try_rows(), and if it changes itself in forward, or its
// state the shape.
Result<TriedEnds> check_model(Model& model, const FrontEnd& front_end,
                              const ModelSettings& settings);

// Runs the model in its batch shapes, so that no recording pays for first calls: the full batch,
// one row, and for a second the others. Errors as of try_rows().
Result<TriedEnds> warm_up(const Model& model, const FrontEnd& front_end,
                          const ModelSettings& settings);

}  // namespace rookery
