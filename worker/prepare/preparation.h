// `rookery prepare` for TorchScript: every step that makes the model faster and leaves its scores
// within the tolerance.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

struct PreparationOrder {
  WorkerSettings settings;          // of one model
  std::vector<std::string> probes;  // recordings; none: quiet noise
  bool bfloat16 = false;
  // Largest allowed difference of activated scores from the original's, of float steps alone and
  // once a step uses bfloat16.
  double float_tolerance = 0;
  double bfloat16_tolerance = 0;
  std::string model_out;  // files to write, in a folder that exists
  std::string reference_out;
};

struct StepReport {
  std::string name;
  bool kept = false;
  std::string reason;  // in words and numbers
};

struct PreparationReport {
  std::vector<StepReport> steps;
  bool bfloat16 = false;  // whether that step was kept
  double before_ms = 0;   // a segment
  double after_ms = 0;
  double largest_difference = 0;
  std::string probe;
  std::string original_digest;
  std::string torch_version;
  std::string cpu_capability;
};

// Expects the settings of LibTorch to be made. Errors: stage "model"; a probe's own; stage "export"
// for a file that can't be written.
Result<PreparationReport> prepare_torchscript(const PreparationOrder& order);

// The same for a package that stands compiled in `model_out`: only measures it and writes the
// reference. Error stage "model" if its scores are out of tolerance.
Result<PreparationReport> compare_package(const PreparationOrder& order);

}  // namespace rookery
