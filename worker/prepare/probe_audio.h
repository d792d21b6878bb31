// The audio on which prepared models are compared with their originals.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

// Waveforms [rows, input samples] in full batches, and in words where they are from.
struct ProbeAudio {
  std::vector<at::Tensor> batches;
  std::string description;
};

// Segments spread evenly over the recordings, decoded and resampled as in a run. Errors: those of
// a recording that cannot be read.
Result<ProbeAudio> audio_of(const std::vector<std::string>& recordings,
                            const WorkerSettings& settings);

// One batch of quiet noise: what there is without recordings.
ProbeAudio quiet_noise(const ModelSettings& settings);

}  // namespace rookery
