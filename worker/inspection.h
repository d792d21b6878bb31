// One look at a recording or a model, as one line of JSON for `rookery inspect`: the properties
// found, or {"error": {"stage", "reason", "remedy"}}.
#pragma once

#include <string>

#include "ipc/protocol.h"

namespace rookery {

// {"frames", "sample_rate", "channels", "format", "missing": {"begin_frame", "end_frame", "reason"}
// or null}. Does not use LibTorch.
std::string inspect_recording(const std::string& path, const std::string& channel);

// Loads and checks the model as a run would: {"digest", "tensors", "weights_bytes",
// "torch_version", "cpu_capability", "output_frames", "row_shape"}, the last of the model's input.
std::string inspect_model(const WorkerSettings& settings);

// Replays a reference: {"largest_difference"}.
std::string verify_model(const WorkerSettings& settings, const std::string& reference);

}  // namespace rookery
