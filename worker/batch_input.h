// What a batch gives a model.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace rookery {

struct BatchInput {
  at::Tensor waveform;  // [rows, input samples]
  // What the front end of each member of the ensemble, or of the one model, made of it; empty where
  // that is still to be done.
  std::vector<at::Tensor> features = {};
};

}  // namespace rookery
