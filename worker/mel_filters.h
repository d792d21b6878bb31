// Mel filterbanks and analysis windows, as librosa defines them (librosa.filters.mel, .get_window).
#pragma once

#include <cstdint>
#include <vector>

#include "rookery/model_card.h"

namespace rookery {

// Frequency in Hz to mel and back. kHtk: 2595·log10(1 + f/700). kSlaney: linear below 1000 Hz
// (3 mel for 200 Hz), logarithmic above (27 mel for a factor of 6.4).
double hz_to_mel(double hz, MelScale scale);
double mel_to_hz(double mel, MelScale scale);

// Row-major [n_mels][n_fft / 2 + 1] triangular weights from f_min to f_max (0: half of
// sample_rate), computed in double precision. kSlaney norm divides each filter by half its width in
// Hz.
std::vector<float> mel_filterbank(const LogMelParameters& parameters, std::int32_t sample_rate);

// Periodic Hann window of `win` samples in the middle of n_fft zeros.
std::vector<float> centred_hann_window(std::int32_t win, std::int32_t n_fft);

}  // namespace rookery
