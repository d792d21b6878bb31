// The reference beside a model: a waveform, and the scores that the original gave for it.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "ipc/protocol.h"
#include "rookery/result.h"

namespace rookery {

class FrontEnd;
class Model;

// As Python's torch.save({"waveform": …, "scores": …}) writes it.
struct Reference {
  at::Tensor waveform;  // [rows, input samples], float
  at::Tensor scores;    // after the card's activation, float
};

// Error stage "export".
Status write_reference(const Reference& reference, const std::string& file);
// Error stage "model".
Result<Reference> read_reference(const std::string& file);

// What a reference holds for this waveform: rows without padding. A state is carried from row to
// row. Errors: those of scores_of().
Result<at::Tensor> reference_scores(const Model& model, const FrontEnd& front_end,
                                    const ModelSettings& settings, const at::Tensor& waveform);

// Runs the model over the reference's waveform: the largest difference of a score. Expects the
// settings of LibTorch to be made. Error stage "model".
Result<double> replay_reference(const ModelSettings& settings, const std::string& file);

}  // namespace rookery
