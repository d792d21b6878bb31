#include "worker/front_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "worker/mel_filters.h"

namespace rookery {
namespace {

Error front_end_error(std::string reason) { return {"front end", std::move(reason), ""}; }

Status check_parameters(const LogMelParameters& mel, std::int32_t sample_rate) {
  if (mel.n_fft < 2 || mel.hop < 1 || mel.n_mels < 1 || mel.win < 1 || mel.win > mel.n_fft) {
    return front_end_error(
        fmt::format("log_mel needs n_fft >= 2, 1 <= win <= n_fft, hop >= 1, n_mels >= 1; it has "
                    "n_fft {}, win {}, hop {}, n_mels {}",
                    mel.n_fft, mel.win, mel.hop, mel.n_mels));
  }
  const double half_rate = sample_rate / 2.0;
  const double f_max = mel.f_max > 0 ? mel.f_max : half_rate;
  if (mel.f_min < 0 || mel.f_min >= f_max || f_max > half_rate) {
    return front_end_error(fmt::format(
        "log_mel needs 0 <= f_min < f_max <= {} Hz (half the sample rate); it has f_min {} and "
        "f_max {}",
        half_rate, mel.f_min, f_max));
  }
  return Done{};
}

// Time steps a spectrogram of so many samples has.
std::int64_t spectrogram_frames(const LogMelParameters& mel, std::int64_t samples) {
  if (mel.center) return samples > 0 ? 1 + samples / mel.hop : 0;
  return samples < mel.n_fft ? 0 : 1 + (samples - mel.n_fft) / mel.hop;
}

// Reflection needs more samples than it mirrors.
bool can_be_padded(const LogMelParameters& mel, std::int64_t samples) {
  return !mel.center || mel.pad_mode == PadMode::kZero || samples > mel.n_fft / 2;
}

at::Tensor tensor_of(std::vector<float> values, at::IntArrayRef shape) {
  return at::from_blob(values.data(), shape, at::kFloat).clone();
}

// |spectrum|^power. The energy without its root: a hypotenuse a bin took half the front end's time.
at::Tensor magnitudes(const at::Tensor& spectrum, double power) {
  if (power != 2.0) return power == 1.0 ? spectrum.abs() : spectrum.abs().pow(power);
  const at::Tensor imaginary = at::imag(spectrum);
  return at::real(spectrum).square().addcmul_(imaginary, imaginary);
}

at::Tensor logarithm(const LogMelParameters& mel, const at::Tensor& energies) {
  switch (mel.log) {
    case LogKind::kNone:
      return energies;
    case LogKind::kLn:
      return energies.clamp_min(mel.floor).log();
    case LogKind::kLog10:
      return energies.clamp_min(mel.floor).log10();
    case LogKind::kDb: {
      const double reference_db = 10.0 * std::log10(std::max(mel.reference, mel.floor));
      at::Tensor decibels = energies.clamp_min(mel.floor).log10() * 10.0 - reference_db;
      if (mel.top_db <= 0) return decibels;
      return at::maximum(decibels, decibels.amax({1, 2}, /*keepdim=*/true) - mel.top_db);
    }
  }
  return energies;
}

}  // namespace

Result<FrontEnd> FrontEnd::create(const FrontEndParameters& parameters, std::int32_t sample_rate,
                                  std::int64_t input_samples) {
  if (parameters.type != FrontEndType::kLogMel) {
    return FrontEnd(parameters, input_samples, 0, {}, {});
  }
  const LogMelParameters& mel = parameters.log_mel;
  if (Status checked = check_parameters(mel, sample_rate); !checked) return checked.error();
  const std::int64_t made =
      can_be_padded(mel, input_samples) ? spectrogram_frames(mel, input_samples) : 0;
  if (made < std::max(mel.frames, 1)) {
    return front_end_error(
        fmt::format("{} samples give {} frames of log_mel, but the model card asks for {}",
                    input_samples, made, std::max(mel.frames, 1)));
  }
  return FrontEnd(parameters, input_samples, mel.frames > 0 ? mel.frames : made,
                  tensor_of(centred_hann_window(mel.win, mel.n_fft), {mel.n_fft}),
                  tensor_of(mel_filterbank(mel, sample_rate), {mel.n_mels, mel.n_fft / 2 + 1}));
}

FrontEnd::FrontEnd(const FrontEndParameters& parameters, std::int64_t input_samples,
                   std::int64_t frames, at::Tensor window, at::Tensor filters)
    : parameters_(parameters),
      input_samples_(input_samples),
      frames_(frames),
      window_(std::move(window)),
      filters_(std::move(filters)) {}

at::Tensor FrontEnd::apply(const at::Tensor& waveform) const {
  TORCH_CHECK(waveform.dim() == 2 && waveform.size(1) == input_samples_, "front end: expected [B, ",
              input_samples_, "], got ", waveform.sizes());
  switch (parameters_.type) {
    case FrontEndType::kWaveform:
      return waveform;
    case FrontEndType::kLogMel:
      return log_mel(waveform);
    case FrontEndType::kTokens:
      return tokens(waveform);
  }
  return waveform;
}

// The range of samples, -1 to 1, in as many equal steps as there are tokens; what is no number
// counts as silence.
at::Tensor FrontEnd::tokens(const at::Tensor& waveform) const {
  const at::Tensor steps =
      at::nan_to_num(waveform, 0.0).add(1.0).mul(0.5).mul(parameters_.vocabulary).floor();
  return steps.clamp(0, parameters_.vocabulary - 1).to(at::kLong);
}

at::Tensor FrontEnd::log_mel(const at::Tensor& waveform) const {
  const LogMelParameters& mel = parameters_.log_mel;
  const at::Tensor spectrum =
      at::stft(waveform, mel.n_fft, mel.hop, mel.n_fft, window_, mel.center,
               mel.pad_mode == PadMode::kReflect ? "reflect" : "constant",
               /*normalized=*/false, /*onesided=*/true, /*return_complex=*/true);
  // Frame by frame, as stft leaves it in memory.
  const at::Tensor by_frame = magnitudes(spectrum.transpose(1, 2), mel.power);
  const at::Tensor levels = logarithm(mel, at::matmul(by_frame, filters_.t()));
  return to_layout(levels.narrow(1, 0, frames_));
}

at::Tensor FrontEnd::to_layout(const at::Tensor& batch_time_mel) const {
  switch (parameters_.log_mel.layout) {
    case MelLayout::kBatchTimeMel:
      return batch_time_mel.contiguous();
    case MelLayout::kBatchMelTime:
      return batch_time_mel.transpose(1, 2).contiguous();
    case MelLayout::kBatchOneTimeMel:
      return batch_time_mel.unsqueeze(1).contiguous();
    case MelLayout::kBatchOneMelTime:
      return batch_time_mel.transpose(1, 2).unsqueeze(1).contiguous();
  }
  return batch_time_mel;
}

std::int64_t FrontEnd::input_length(std::int64_t samples) const {
  if (parameters_.type != FrontEndType::kLogMel) return std::min(samples, input_samples_);
  if (samples <= 0) return 0;
  // No row is empty that has a sample.
  const std::int64_t made = spectrogram_frames(parameters_.log_mel, samples);
  return std::clamp<std::int64_t>(made, 1, frames_);
}

std::vector<std::int64_t> FrontEnd::output_shape(std::int64_t batch) const {
  if (parameters_.type != FrontEndType::kLogMel) return {batch, input_samples_};
  const std::int64_t mels = parameters_.log_mel.n_mels;
  switch (parameters_.log_mel.layout) {
    case MelLayout::kBatchTimeMel:
      return {batch, frames_, mels};
    case MelLayout::kBatchMelTime:
      return {batch, mels, frames_};
    case MelLayout::kBatchOneTimeMel:
      return {batch, 1, frames_, mels};
    case MelLayout::kBatchOneMelTime:
      return {batch, 1, mels, frames_};
  }
  return {};
}

}  // namespace rookery
