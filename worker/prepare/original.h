// The model that is to be prepared, what it is tried on, and what it gives.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "rookery/result.h"
#include "worker/front_end.h"
#include "worker/prepare/preparation.h"
#include "worker/prepare/probe_audio.h"
#include "worker/prepare/trial.h"
#include "worker/torchscript_model.h"

namespace rookery {

struct Original {
  FrontEnd front_end;
  TorchScriptModel model;
  ProbeAudio audio;
  std::vector<TrialBatch> batches = {};  // of the audio
  std::vector<at::Tensor> scores = {};   // of each batch
};

// Errors: stage "model" or "front end" as for a run; a probe's own.
Result<Original> load_original(const PreparationOrder& order);

}  // namespace rookery
