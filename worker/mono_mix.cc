#include "worker/mono_mix.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rookery {
namespace {

// Compared as bits and without a branch, so that it runs on several samples at once.
bool all_finite(std::span<const float> samples) {
  constexpr std::uint32_t exponent = 0x7F800000;
  std::uint32_t infinite_or_nan = 0;
  for (const float sample : samples) {
    infinite_or_nan |=
        static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(sample) & exponent) == exponent);
  }
  return infinite_or_nan == 0;
}

// A sum of two floats is rounded once, and halving it is exact.
void mean_of_two(const float* in, std::span<float> mono) {
  for (std::size_t i = 0; i < mono.size(); ++i) mono[i] = (in[2 * i] + in[2 * i + 1]) * 0.5F;
}

void mean_of_many(const float* in, std::size_t channels, std::span<float> mono) {
  for (float& sample : mono) {
    double sum = 0;
    for (std::size_t c = 0; c < channels; ++c) sum += in[c];
    sample = static_cast<float>(sum / static_cast<double>(channels));
    in += channels;
  }
}

void one_of_many(const float* in, std::size_t channels, std::span<float> mono) {
  for (std::size_t i = 0; i < mono.size(); ++i) mono[i] = in[i * channels];
}

}  // namespace

std::size_t mix_to_mono(std::span<const float> interleaved, std::int32_t channels,
                        std::int32_t channel, std::span<float> mono) {
  const auto count = static_cast<std::size_t>(channels);
  if (channel > 0) {
    one_of_many(interleaved.data() + channel - 1, count, mono);
  } else if (channels == 1) {
    std::ranges::copy(interleaved.first(mono.size()), mono.begin());
  } else if (channels == 2) {
    mean_of_two(interleaved.data(), mono);
  } else {
    mean_of_many(interleaved.data(), count, mono);
  }
  if (all_finite(mono)) return mono.size();
  const auto bad = std::ranges::find_if(mono, [](float sample) { return !std::isfinite(sample); });
  return static_cast<std::size_t>(bad - mono.begin());
}

}  // namespace rookery
