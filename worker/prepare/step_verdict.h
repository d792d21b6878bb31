// Whether a step of preparing is worth keeping: a pure decision.
#pragma once

#include <string>

#include "worker/prepare/trial.h"

namespace rookery {

struct Verdict {
  bool keep = false;
  std::string reason;
};

// Keeps what is faster by more than measurements scatter and within the tolerance.
Verdict judge_step(const Speeds& speeds, double difference, double tolerance);

}  // namespace rookery
