#include "worker/mel_filters.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace rookery {
namespace {

// The Slaney scale is linear up to kLinearEndHz, then grows by a factor of 6.4 every 27 mel.
constexpr double kHzPerMel = 200.0 / 3.0;
constexpr double kLinearEndHz = 1000.0;
constexpr double kLinearEndMel = kLinearEndHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

// n_mels + 2 corner frequencies in Hz, evenly spaced in mel.
std::vector<double> corner_frequencies(const LogMelParameters& parameters, double f_max) {
  const double low = hz_to_mel(parameters.f_min, parameters.mel);
  const double high = hz_to_mel(f_max, parameters.mel);
  const std::int32_t count = parameters.n_mels + 2;
  std::vector<double> corners;
  for (std::int32_t i = 0; i < count; ++i) {
    const double mel = i == count - 1 ? high : low + i * ((high - low) / (count - 1));
    corners.push_back(mel_to_hz(mel, parameters.mel));
  }
  return corners;
}

}  // namespace

double hz_to_mel(double hz, MelScale scale) {
  if (scale == MelScale::kHtk) return 2595.0 * std::log10(1.0 + hz / 700.0);
  if (hz < kLinearEndHz) return hz / kHzPerMel;
  return kLinearEndMel + std::log(hz / kLinearEndHz) / kLogStep;
}

double mel_to_hz(double mel, MelScale scale) {
  if (scale == MelScale::kHtk) return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0);
  if (mel < kLinearEndMel) return mel * kHzPerMel;
  return kLinearEndHz * std::exp(kLogStep * (mel - kLinearEndMel));
}

std::vector<float> mel_filterbank(const LogMelParameters& parameters, std::int32_t sample_rate) {
  const double f_max = parameters.f_max > 0 ? parameters.f_max : sample_rate / 2.0;
  const std::vector<double> corners = corner_frequencies(parameters, f_max);
  const std::int32_t bins = parameters.n_fft / 2 + 1;
  std::vector<float> filters;
  filters.reserve(static_cast<std::size_t>(parameters.n_mels) * static_cast<std::size_t>(bins));
  for (std::size_t mel = 0; mel + 2 < corners.size(); ++mel) {
    const double left = corners[mel];
    const double peak = corners[mel + 1];
    const double right = corners[mel + 2];
    const double area = parameters.norm == MelNorm::kSlaney ? 2.0 / (right - left) : 1.0;
    for (std::int32_t bin = 0; bin < bins; ++bin) {
      const double hz = static_cast<double>(bin) * sample_rate / parameters.n_fft;
      const double triangle =
          std::max(0.0, std::min((hz - left) / (peak - left), (right - hz) / (right - peak)));
      // Rounded before it is scaled too, as librosa does.
      filters.push_back(static_cast<float>(static_cast<float>(triangle) * area));
    }
  }
  return filters;
}

std::vector<float> centred_hann_window(std::int32_t win, std::int32_t n_fft) {
  std::vector<float> window(static_cast<std::size_t>(n_fft), 0.0F);
  const auto begin = static_cast<std::size_t>((n_fft - win) / 2);
  for (std::int32_t i = 0; i < win; ++i) {
    const double phase = 2.0 * std::numbers::pi * i / win;
    window[begin + static_cast<std::size_t>(i)] = static_cast<float>(0.5 - 0.5 * std::cos(phase));
  }
  return window;
}

}  // namespace rookery
