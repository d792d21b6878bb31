#include "worker/mel_filters.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rookery {
namespace {

TEST(MelScale, HasTheValuesOfLibrosa) {
  EXPECT_NEAR(hz_to_mel(440, MelScale::kHtk), 549.6386753811499, 1e-9);
  EXPECT_NEAR(hz_to_mel(1'000, MelScale::kHtk), 999.9855371396244, 1e-9);
  EXPECT_NEAR(hz_to_mel(4'000, MelScale::kHtk), 2146.06452750619, 1e-9);
  EXPECT_NEAR(hz_to_mel(440, MelScale::kSlaney), 6.6, 1e-12);
  EXPECT_NEAR(hz_to_mel(1'000, MelScale::kSlaney), 15.0, 1e-12);
  EXPECT_NEAR(hz_to_mel(4'000, MelScale::kSlaney), 35.163760314616646, 1e-12);
}

RC_GTEST_PROP(MelScale, ComesBackFromMelToHz, ()) {
  const double hz = *rc::gen::inRange(0, 100'000);
  for (const MelScale scale : {MelScale::kHtk, MelScale::kSlaney}) {
    RC_ASSERT(std::abs(mel_to_hz(hz_to_mel(hz, scale), scale) - hz) <= 1e-9 * (1 + hz));
  }
}

// One filter as librosa.filters.mel(sr, n_fft, n_mels, fmin, fmax, htk, norm) 0.11 computes it.
struct Filter {
  std::int32_t index;
  std::int32_t peak_bin;
  float peak;
  float next;  // the weight after the peak
  double sum;
};

struct LibrosaCase {
  std::string name;
  std::int32_t sample_rate;
  LogMelParameters parameters;
  std::vector<Filter> filters;
};

LogMelParameters parameters(std::int32_t n_fft, std::int32_t n_mels, double f_min, double f_max,
                            MelScale mel, MelNorm norm) {
  LogMelParameters result;
  result.n_fft = n_fft;
  result.n_mels = n_mels;
  result.f_min = f_min;
  result.f_max = f_max;
  result.mel = mel;
  result.norm = norm;
  return result;
}

std::vector<LibrosaCase> librosa_cases() {
  return {
      {"slaney_slaney",
       16'000,
       parameters(400, 80, 0, 8'000, MelScale::kSlaney, MelNorm::kSlaney),
       {{0, 1, 0.0248625949F, 0.0F, 0.0248625949},
        {40, 43, 0.0147355665F, 0.0065181898F, 0.026664861},
        {79, 192, 0.00316471187F, 0.00314131333F, 0.0249253398}}},
      {"htk_none",
       16'000,
       parameters(512, 40, 60, 7'600, MelScale::kHtk, MelNorm::kNone),
       {{0, 3, 0.739600301F, 0.599624455F, 1.39400996},
        {20, 60, 0.925749302F, 0.868774831F, 4.82636973},
        {39, 228, 0.9890185F, 0.943888485F, 14.6156224}}},
      {"slaney_none",
       32'000,
       parameters(1'024, 64, 50, 14'000, MelScale::kSlaney, MelNorm::kNone),
       {{0, 3, 0.810411513F, 0.610723138F, 1.68453855},
        {32, 75, 0.893998444F, 0.868710935F, 4.19269176},
        {63, 424, 0.989279091F, 0.948059082F, 23.5986349}}},
      {"htk_slaney_to_half_the_rate",
       22'050,
       parameters(2'048, 128, 0, 0, MelScale::kHtk, MelNorm::kSlaney),
       {{0, 1, 0.0445431918F, 0.0393934734F, 0.0839366652},
        {64, 204, 0.0157903768F, 0.013131083F, 0.0931484208},
        {127, 1'000, 0.00390899647F, 0.00389892631F, 0.0928585139}}},
  };
}

class EveryLibrosaCase : public ::testing::TestWithParam<LibrosaCase> {};

TEST_P(EveryLibrosaCase, HasTheWeightsOfLibrosa) {
  const LibrosaCase& expected = GetParam();
  const std::vector<float> filters = mel_filterbank(expected.parameters, expected.sample_rate);
  const std::int32_t bins = expected.parameters.n_fft / 2 + 1;
  ASSERT_EQ(filters.size(), static_cast<std::size_t>(expected.parameters.n_mels * bins));
  for (const Filter& filter : expected.filters) {
    const auto row = filters.begin() + static_cast<std::ptrdiff_t>(filter.index) * bins;
    EXPECT_EQ(std::max_element(row, row + bins) - row, filter.peak_bin);
    EXPECT_FLOAT_EQ(row[filter.peak_bin], filter.peak);
    EXPECT_FLOAT_EQ(row[filter.peak_bin + 1], filter.next);
    EXPECT_NEAR(std::accumulate(row, row + bins, 0.0), filter.sum, 1e-6 * filter.sum);
  }
}

INSTANTIATE_TEST_SUITE_P(Worker, EveryLibrosaCase, ::testing::ValuesIn(librosa_cases()),
                         [](const auto& librosa_case) { return librosa_case.param.name; });

TEST(CentredHannWindow, IsPeriodicAndInTheMiddle) {
  const std::vector<float> window = centred_hann_window(400, 512);
  ASSERT_EQ(window.size(), 512U);
  EXPECT_EQ(window[56], 0.0F);
  EXPECT_FLOAT_EQ(window[57], 6.168376e-05F);
  EXPECT_FLOAT_EQ(window[56 + 100], 0.5F);
  EXPECT_EQ(window[56 + 200], 1.0F);
  EXPECT_FLOAT_EQ(window[56 + 399], 6.168376e-05F);
  EXPECT_EQ(std::accumulate(window.begin(), window.begin() + 56, 0.0F), 0.0F);
  EXPECT_EQ(std::accumulate(window.begin() + 456, window.end(), 0.0F), 0.0F);
}

}  // namespace
}  // namespace rookery
