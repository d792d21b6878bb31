#include "worker/front_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>

#include "worker/mel_filters.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

constexpr std::int32_t kRate = 8'000;
constexpr std::int64_t kSamples = 1'000;

LogMelParameters small_parameters() {
  LogMelParameters mel;
  mel.n_fft = 128;
  mel.win = 100;
  mel.hop = 40;
  mel.n_mels = 12;
  mel.layout = MelLayout::kBatchMelTime;
  return mel;
}

FrontEnd create(const LogMelParameters& mel, std::int64_t length = kSamples) {
  auto front_end = FrontEnd::create({FrontEndType::kLogMel, mel}, kRate, length);
  if (!front_end) throw std::runtime_error(to_string(front_end.error()));
  return std::move(*front_end);
}

// Two rows that differ in loudness and kind.
at::Tensor waveforms() {
  const at::Tensor t = at::arange(kSamples, at::kFloat);
  return at::stack({(t * 0.3).sin() * 0.5 + (t * t * 1e-4).sin() * 0.2, (t * 0.9).cos() * 0.01});
}

double padded_sample(const float* row, std::int64_t position, PadMode mode) {
  if (position >= 0 && position < kSamples) return row[position];
  if (mode == PadMode::kZero) return 0;
  return position < 0 ? row[-position] : row[2 * (kSamples - 1) - position];
}

// Energy of one mel band in one frame, by the transform's definition in double precision.
double energy(const LogMelParameters& mel, const float* row, std::int64_t frame,
              std::int64_t band) {
  const std::vector<float> window = centred_hann_window(mel.win, mel.n_fft);
  const std::vector<float> filters = mel_filterbank(mel, kRate);
  const std::int64_t begin = frame * mel.hop - (mel.center ? mel.n_fft / 2 : 0);
  const std::int64_t bins = mel.n_fft / 2 + 1;
  double sum = 0;
  for (std::int64_t bin = 0; bin < bins; ++bin) {
    const float weight = filters[static_cast<std::size_t>(band * bins + bin)];
    if (weight == 0) continue;
    std::complex<double> value;
    for (std::int64_t i = 0; i < mel.n_fft; ++i) {
      const double angle = -2 * std::numbers::pi * static_cast<double>(bin * i) / mel.n_fft;
      value += padded_sample(row, begin + i, mel.pad_mode) *
               static_cast<double>(window[static_cast<std::size_t>(i)]) * std::polar(1.0, angle);
    }
    sum += weight * std::pow(std::abs(value), mel.power);
  }
  return sum;
}

void expect_energies(const LogMelParameters& mel, const at::Tensor& got) {
  const at::Tensor input = waveforms();
  for (std::int64_t row = 0; row < 2; ++row) {
    for (std::int64_t band = 0; band < mel.n_mels; ++band) {
      for (std::int64_t frame = 0; frame < got.size(2); ++frame) {
        const double expected = energy(mel, input[row].const_data_ptr<float>(), frame, band);
        const auto value = got[row][band][frame].item<double>();
        ASSERT_NEAR(value, expected, 1e-5 * expected + 1e-6)
            << "row " << row << ", band " << band << ", frame " << frame;
      }
    }
  }
}

TEST(FrontEnd, MakesTheEnergiesThatTheDefinitionGives) {
  for (const double power : {1.0, 2.0, 1.5}) {
    for (const bool center : {true, false}) {
      for (const PadMode pad_mode : {PadMode::kReflect, PadMode::kZero}) {
        LogMelParameters mel = small_parameters();
        mel.log = LogKind::kNone;
        mel.power = power;
        mel.center = center;
        mel.pad_mode = pad_mode;
        const at::Tensor got = create(mel).apply(waveforms());
        ASSERT_EQ(got.size(2), center ? 26 : 22);
        expect_energies(mel, got);
      }
    }
  }
}

TEST(FrontEnd, TakesTheLogarithmThatWasAskedFor) {
  LogMelParameters mel = small_parameters();
  mel.log = LogKind::kNone;
  const at::Tensor energies = create(mel).apply(waveforms()).to(at::kDouble);
  mel.floor = 1e-3;
  const at::Tensor raised = energies.clamp_min(mel.floor);
  ASSERT_TRUE((energies < mel.floor).any().item<bool>());

  mel.log = LogKind::kLn;
  EXPECT_TRUE(at::allclose(create(mel).apply(waveforms()).to(at::kDouble), raised.log(), 0, 1e-5));
  mel.log = LogKind::kLog10;
  EXPECT_TRUE(
      at::allclose(create(mel).apply(waveforms()).to(at::kDouble), raised.log10(), 0, 1e-5));
  mel.log = LogKind::kDb;
  mel.reference = 4.0;
  const at::Tensor decibels = 10 * raised.log10() - 10 * std::log10(4.0);
  EXPECT_TRUE(at::allclose(create(mel).apply(waveforms()).to(at::kDouble), decibels, 0, 1e-4));
}

TEST(FrontEnd, ClipsDecibelsBelowEachSegmentsOwnMaximum) {
  LogMelParameters mel = small_parameters();
  mel.log = LogKind::kDb;
  const at::Tensor plain = create(mel).apply(waveforms());
  mel.top_db = 20;
  const at::Tensor clipped = create(mel).apply(waveforms());
  for (std::int64_t row = 0; row < 2; ++row) {
    const at::Tensor lowest = plain[row].max() - 20;
    ASSERT_TRUE((plain[row] < lowest).any().item<bool>());
    EXPECT_TRUE(at::equal(clipped[row], at::maximum(plain[row], lowest)));
  }
}

TEST(FrontEnd, KeepsTheFirstFramesInTheLayoutOfTheModel) {
  LogMelParameters mel = small_parameters();
  const at::Tensor all = create(mel).apply(waveforms());
  mel.frames = 20;
  const at::Tensor kept = all.narrow(2, 0, 20);
  const auto with_layout = [&](MelLayout layout) {
    mel.layout = layout;
    const FrontEnd front_end = create(mel);
    at::Tensor out = front_end.apply(waveforms());
    EXPECT_EQ(out.sizes(), at::IntArrayRef(front_end.output_shape(2)));
    EXPECT_TRUE(out.is_contiguous());
    EXPECT_EQ(front_end.frames(), 20);
    return out;
  };
  EXPECT_TRUE(at::equal(with_layout(MelLayout::kBatchMelTime), kept));
  EXPECT_TRUE(at::equal(with_layout(MelLayout::kBatchTimeMel), kept.transpose(1, 2)));
  EXPECT_TRUE(at::equal(with_layout(MelLayout::kBatchOneMelTime), kept.unsqueeze(1)));
  EXPECT_TRUE(
      at::equal(with_layout(MelLayout::kBatchOneTimeMel), kept.transpose(1, 2).unsqueeze(1)));
}

TEST(FrontEnd, GivesARowTheSameBitsWhateverIsInTheOthers) {
  const FrontEnd front_end = create(small_parameters());
  at::Tensor batch = waveforms();
  const at::Tensor before = front_end.apply(batch);
  batch[1].zero_();
  EXPECT_TRUE(at::equal(front_end.apply(batch)[0], before[0]));
}

TEST(FrontEnd, PassesWaveformsAsTheyAre) {
  const auto front_end = FrontEnd::create({}, kRate, kSamples);
  ASSERT_TRUE(front_end.ok());
  EXPECT_TRUE(at::equal(front_end->apply(waveforms()), waveforms()));
  EXPECT_EQ(front_end->output_shape(3), (std::vector<std::int64_t>{3, kSamples}));
  EXPECT_EQ(front_end->frames(), 0);
  EXPECT_THROW(front_end->apply(at::zeros({1, kSamples + 1})), c10::Error);
}

TEST(FrontEnd, GivesEachSampleTheTokenOfItsStep) {
  FrontEndParameters tokens;
  tokens.type = FrontEndType::kTokens;
  tokens.vocabulary = 4;
  const auto front_end = FrontEnd::create(tokens, kRate, 10);
  ASSERT_TRUE(front_end.ok());
  const float infinite = std::numeric_limits<float>::infinity();
  const at::Tensor samples =
      at::tensor({-infinite, -3.0F, -1.0F, -0.51F, -0.5F, 0.0F, 0.49F, 0.5F, 1.0F, std::nanf("")});
  const at::Tensor given = front_end->apply(samples.unsqueeze(0));
  EXPECT_EQ(given.scalar_type(), at::kLong);
  EXPECT_TRUE(at::equal(given, at::tensor({0, 0, 0, 0, 1, 2, 2, 3, 3, 2}, at::kLong).unsqueeze(0)))
      << given;
  EXPECT_EQ(front_end->output_shape(3), (std::vector<std::int64_t>{3, 10}));
  EXPECT_EQ(front_end->input_length(7), 7);
  EXPECT_EQ(front_end->input_length(70), 10);
}

TEST(FrontEnd, HasALengthOfOneAtLeastForWhatIsHeardHoweverShort) {
  LogMelParameters mel;
  mel.n_fft = 400;
  mel.hop = 160;
  for (const bool center : {true, false}) {
    mel.center = center;
    const auto front_end = FrontEnd::create({FrontEndType::kLogMel, mel}, kRate, 4000);
    ASSERT_TRUE(front_end.ok()) << to_string(front_end.error());
    EXPECT_EQ(front_end->input_length(0), 0);
    EXPECT_EQ(front_end->input_length(1), 1);
    EXPECT_EQ(front_end->input_length(201), center ? 2 : 1);
    EXPECT_EQ(front_end->input_length(4000), center ? 26 : 23);
  }
}

void expect_refused(const LogMelParameters& mel, std::int64_t length, const std::string& words) {
  const auto front_end = FrontEnd::create({FrontEndType::kLogMel, mel}, kRate, length);
  ASSERT_FALSE(front_end.ok()) << words;
  EXPECT_EQ(front_end.error().stage, "front end");
  EXPECT_THAT(front_end.error().reason, HasSubstr(words));
}

TEST(FrontEnd, RefusesParametersThatDoNotFitEachOther) {
  LogMelParameters mel = small_parameters();
  mel.win = 129;
  expect_refused(mel, kSamples, "win 129");
  mel = small_parameters();
  mel.f_max = 4'001;
  expect_refused(mel, kSamples, "f_max 4001");
  mel = small_parameters();
  mel.f_min = 4'000;
  expect_refused(mel, kSamples, "f_min 4000");
}

TEST(FrontEnd, RefusesInputTooShortForTheFramesAskedFor) {
  LogMelParameters mel = small_parameters();
  mel.frames = 27;
  expect_refused(mel, kSamples,
                 "1000 samples give 26 frames of log_mel, but the model card asks for 27");
  mel.frames = 0;
  expect_refused(mel, 64, "64 samples give 0 frames");  // too short to reflect 64 samples
  mel.center = false;
  expect_refused(mel, 127, "127 samples give 0 frames");
}

}  // namespace
}  // namespace rookery
