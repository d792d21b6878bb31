// The front end: waveform → model input.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "rookery/model_card.h"
#include "rookery/result.h"

namespace rookery {

// Turns [B, samples] float waveforms into what the model takes: floats, or for `tokens` 64-bit
// integers. Rows are independent of each other.
// Holds constants only: apply() may be called from several threads at once.
class FrontEnd {
 public:
  // For inputs of exactly `input_samples` samples at `sample_rate`. Error stage "front end":
  // parameters that do not fit each other, or input too short for the frames the card asks for.
  static Result<FrontEnd> create(const FrontEndParameters& parameters, std::int32_t sample_rate,
                                 std::int64_t input_samples);

  // Precondition: waveform is float [B, input_samples]. Throws c10::Error otherwise.
  at::Tensor apply(const at::Tensor& waveform) const;

  // How much of the model's input, along its time axis, a row's first `samples` samples make: the
  // frames of a log-mel of them alone, one at least, else as many. At most what the input has.
  std::int64_t input_length(std::int64_t samples) const;

  // Shape of apply()'s output for a batch of B rows.
  std::vector<std::int64_t> output_shape(std::int64_t batch) const;
  // Frames in a log-mel; else 0.
  std::int64_t frames() const { return frames_; }

 private:
  FrontEnd(const FrontEndParameters& parameters, std::int64_t input_samples, std::int64_t frames,
           at::Tensor window, at::Tensor filters);
  at::Tensor log_mel(const at::Tensor& waveform) const;
  at::Tensor tokens(const at::Tensor& waveform) const;
  at::Tensor to_layout(const at::Tensor& batch_time_mel) const;

  FrontEndParameters parameters_;
  std::int64_t input_samples_;
  std::int64_t frames_;
  at::Tensor window_;   // [n_fft]
  at::Tensor filters_;  // [n_mels, n_fft / 2 + 1]
};

}  // namespace rookery
