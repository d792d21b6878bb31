// The audio on which prepared models are compared with their originals.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

struct ProbeBatch {
  at::Tensor waveform;              // [rows, input samples]
  std::vector<std::int64_t> heard;  // of each row, how many samples are not padding
};

// In full batches, and in words where they are from. For a model that takes lengths, every second
// row ends in padding.
struct ProbeAudio {
  std::vector<ProbeBatch> batches;
  std::string description;
};

// Segments spread evenly over the recordings, decoded and resampled as in a run. Errors: those of
// a recording that cannot be read.
Result<ProbeAudio> audio_of(const std::vector<std::string>& recordings,
                            const WorkerSettings& settings);

// One batch of quiet noise: what there is without recordings.
ProbeAudio quiet_noise(const ModelSettings& settings);

}  // namespace rookery
