#include "worker/sample_source.h"

#include <gtest/gtest.h>
#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "rookery/sample_rate.h"
#include "tests/worker/audio_kinds.h"
#include "worker/recording_probe.h"

namespace rookery {
namespace {

using testing::AudioKind;
using testing::TemporaryFolder;

constexpr std::int32_t kModelRate = 16'000;

SampleSettings settings(std::int32_t model_rate) {
  return {model_rate, ChannelChoice{}, ResamplerQuality::kHigh};
}

SampleSource open_source(const std::string& path, std::int32_t model_rate = kModelRate,
                         EnterStage enter_stage = {}) {
  const auto properties = probe_recording(path, {});
  if (!properties) throw std::runtime_error(to_string(properties.error()));
  auto source = SampleSource::open({0, "key", path}, *properties, settings(model_rate),
                                   std::move(enter_stage));
  if (!source) throw std::runtime_error(to_string(source.error()));
  return std::move(*source);
}

std::vector<float> read(SampleSource& source, std::int64_t begin, std::int64_t count) {
  std::vector<float> samples(static_cast<std::size_t>(count), 99.0F);
  const Status status = source.read(begin, samples);
  EXPECT_TRUE(status.ok()) << (status ? "" : to_string(status.error()));
  return samples;
}

std::vector<float> part(const std::vector<float>& all, std::int64_t begin, std::int64_t count) {
  std::vector<float> samples(static_cast<std::size_t>(count), 0.0F);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t position = begin + i;
    if (position < 0 || position >= static_cast<std::int64_t>(all.size())) continue;
    samples[static_cast<std::size_t>(i)] = all[static_cast<std::size_t>(position)];
  }
  return samples;
}

// The whole recording's mono signal through soxr in one pass, between two seconds of silence: where
// a signal begins at full strength, soxr's own first two samples are off by some thousandths.
std::vector<float> whole_pass(const std::vector<float>& mono, std::int32_t source_rate,
                              std::int32_t model_rate, std::int64_t samples) {
  std::vector<float> in(static_cast<std::size_t>(source_rate), 0.0F);
  in.insert(in.end(), mono.begin(), mono.end());
  in.insert(in.end(), static_cast<std::size_t>(source_rate), 0.0F);
  std::vector<float> out(static_cast<std::size_t>(model_rate + samples), 0.0F);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  std::size_t made = 0;
  soxr_oneshot(source_rate, model_rate, 1, in.data(), in.size(), nullptr, out.data(), out.size(),
               &made, nullptr, &quality, nullptr);
  EXPECT_EQ(made, out.size());
  return {out.begin() + model_rate, out.end()};
}

std::vector<float> mix(const std::vector<float>& interleaved, std::int32_t channels) {
  std::vector<float> mono;
  for (std::size_t i = 0; i < interleaved.size(); i += static_cast<std::size_t>(channels)) {
    double sum = 0;
    for (std::int32_t c = 0; c < channels; ++c) sum += interleaved[i + static_cast<std::size_t>(c)];
    mono.push_back(static_cast<float>(sum / channels));
  }
  return mono;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = a.size() == b.size() ? 0 : 1e9;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, static_cast<double>(std::abs(a[i] - b[i])));
  }
  return largest;
}

class EveryKind : public ::testing::TestWithParam<AudioKind> {
 protected:
  // Two blocks and a little more, whichever block the encoding has.
  void SetUp() override {
    const bool lossy = std::ranges::any_of(testing::lossy_kinds(), [&](const AudioKind& kind) {
      return kind.name == GetParam().name;
    });
    const std::int64_t seconds = lossy ? 70 : 19;
    path_ = folder_.file(GetParam().name);
    testing::write_recording(
        path_, GetParam(),
        testing::test_signal(seconds * GetParam().sample_rate + 777, GetParam().channels));
  }

  TemporaryFolder folder_;
  std::string path_;
};

TEST_P(EveryKind, SamplesHaveTheSameBitsWhateverWasReadBefore) {
  SampleSource serial = open_source(path_);
  const std::vector<float> all = read(serial, 0, serial.samples());
  SampleSource wandering = open_source(path_);
  std::mt19937 random(11);
  std::uniform_int_distribution<std::int64_t> begins(-20'000, serial.samples() + 5'000);
  std::uniform_int_distribution<std::int64_t> counts(1, 60'000);
  for (int round = 0; round < 25; ++round) {
    const std::int64_t begin = begins(random);
    const std::int64_t count = counts(random);
    const std::vector<float> expected = part(all, begin, count);
    ASSERT_EQ(read(wandering, begin, count), expected) << "at " << begin << ", " << count;
    if (round % 5 != 0) continue;
    SampleSource fresh = open_source(path_);
    ASSERT_EQ(read(fresh, begin, count), expected) << "fresh at " << begin << ", " << count;
  }
}

TEST_P(EveryKind, BlocksAgreeWithOnePassOverTheWholeRecording) {
  SampleSource source = open_source(path_);
  const std::vector<float> mono = mix(testing::decode_serially(path_), GetParam().channels);
  ASSERT_EQ(source.samples(), samples_at_model_rate(static_cast<std::int64_t>(mono.size()),
                                                    GetParam().sample_rate, kModelRate));
  const std::vector<float> expected =
      GetParam().sample_rate == kModelRate
          ? mono
          : whole_pass(mono, GetParam().sample_rate, kModelRate, source.samples());
  EXPECT_LE(largest_difference(read(source, 0, source.samples()), expected), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Audio, EveryKind, ::testing::ValuesIn(testing::all_kinds()),
                         testing::kind_name);

struct Rates {
  std::int32_t source;
  std::int32_t model;
};

class EveryRate : public ::testing::TestWithParam<Rates> {};

TEST_P(EveryRate, ASineStaysASine) {
  const TemporaryFolder folder;
  const auto [source_rate, model_rate] = GetParam();
  const double hz = 0.2 * std::min(source_rate, model_rate);
  const std::int64_t frames = 17LL * source_rate + 13;
  std::vector<float> sine;
  for (std::int64_t i = 0; i < frames; ++i) {
    sine.push_back(static_cast<float>(
        0.5 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / source_rate)));
  }
  const AudioKind kind{"sine", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, source_rate};
  testing::write_recording(folder.file("sine.wav"), kind, sine);
  SampleSource source = open_source(folder.file("sine.wav"), model_rate);
  const std::vector<float> got = read(source, 0, source.samples());
  double worst = 0;
  // Away from the ends, where the sine starts and stops.
  for (std::size_t i = 1000; i + 1000 < got.size(); ++i) {
    const double expected =
        0.5 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / model_rate);
    worst = std::max(worst, std::abs(got[i] - expected));
  }
  EXPECT_LT(worst, 5e-6);  // 100 dB below the sine
}

INSTANTIATE_TEST_SUITE_P(Audio, EveryRate,
                         ::testing::Values(Rates{44'100, 16'000}, Rates{48'000, 16'000},
                                           Rates{8'000, 16'000}, Rates{22'050, 32'000},
                                           Rates{11'025, 48'000}, Rates{96'000, 16'000},
                                           Rates{44'101, 16'000}, Rates{16'000, 44'100}));

TEST(SampleSource, DoesNotDriftInTwoHours) {
  const TemporaryFolder folder;
  const std::int32_t rate = 11'025;
  const std::int64_t frames = 7'200LL * rate + 5;
  // Silence, but for one click near the end, at a frame that falls on a sample of the model's rate.
  std::vector<float> signal(static_cast<std::size_t>(frames), 0.0F);
  const std::int64_t click_second = 7'195;
  signal[static_cast<std::size_t>(click_second * rate)] = 0.9F;
  const AudioKind kind{"click", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 1, rate};
  testing::write_recording(folder.file("click.wav"), kind, signal);
  SampleSource source = open_source(folder.file("click.wav"));
  EXPECT_EQ(source.samples(), samples_at_model_rate(frames, rate, kModelRate));
  const std::int64_t begin = (click_second - 1) * kModelRate;
  const std::vector<float> around = read(source, begin, 2LL * kModelRate);
  const auto peak = std::ranges::max_element(around);
  EXPECT_EQ(begin + (peak - around.begin()), click_second * kModelRate);
}

TEST(SampleSource, IsSilentOutsideTheRecording) {
  const TemporaryFolder folder;
  const AudioKind kind;
  testing::write_recording(folder.file("a.wav"), kind, testing::test_signal(100, 1));
  SampleSource source = open_source(folder.file("a.wav"));
  EXPECT_EQ(source.samples(), 100);
  const std::vector<float> silence(50, 0.0F);
  EXPECT_EQ(read(source, -50, 50), silence);
  EXPECT_EQ(read(source, 100, 50), silence);
  EXPECT_EQ(read(source, 1'000'000'000'000, 50), silence);
  const std::vector<float> inside = read(source, 0, 100);
  EXPECT_EQ(read(source, -10, 120), part(inside, -10, 120));
}

TEST(SampleSource, DecodesABlockOnceForOverlappingWindows) {
  const TemporaryFolder folder;
  const AudioKind kind{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, 8'000};
  testing::write_recording(folder.file("a.wav"), kind, testing::test_signal(1'600'000, 1));
  int decoded = 0;
  SampleSource source = open_source(folder.file("a.wav"), kModelRate, [&](SampleStage stage) {
    if (stage == SampleStage::kDecode) ++decoded;
  });
  decoded = 0;
  for (std::int64_t second = 0; second <= 160; second += 10)
    read(source, second * kModelRate, 40LL * kModelRate);
  EXPECT_EQ(decoded, 25);  // 200 s in blocks of 8 s
}

TEST(SampleSource, TellsSeekingFromDecodingAndResampling) {
  const TemporaryFolder folder;
  const AudioKind kind{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, 8'000};
  testing::write_recording(folder.file("a.wav"), kind, testing::test_signal(8'000, 1));
  std::vector<SampleStage> stages;
  SampleSource source = open_source(folder.file("a.wav"), kModelRate,
                                    [&](SampleStage stage) { stages.push_back(stage); });
  stages.clear();
  read(source, 0, 100);
  EXPECT_EQ(stages,
            (std::vector{SampleStage::kSeek, SampleStage::kDecode, SampleStage::kResample}));
}

TEST(SampleSource, RefusesAFileThatIsNotWhatWasProbed) {
  const TemporaryFolder folder;
  const AudioKind kind;
  testing::write_recording(folder.file("a.wav"), kind, testing::test_signal(1'000, 1));
  auto properties = probe_recording(folder.file("a.wav"), {});
  ASSERT_TRUE(properties.ok());
  properties->sample_rate = 44'100;
  const auto source =
      SampleSource::open({0, "a", folder.file("a.wav")}, *properties, settings(kModelRate), {});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().stage, "decode");
}

TEST(SampleSource, SaysWhereFramesThatWerePromisedCannotBeRead) {
  const TemporaryFolder folder;
  const AudioKind kind;
  testing::write_recording(folder.file("a.wav"), kind, testing::test_signal(32'000, 1));
  auto properties = probe_recording(folder.file("a.wav"), {});
  ASSERT_TRUE(properties.ok());
  properties->frames = 48'000;
  auto source =
      SampleSource::open({0, "a", folder.file("a.wav")}, *properties, settings(kModelRate), {});
  ASSERT_TRUE(source.ok());
  std::vector<float> out(40'000);
  const Status status = source->read(0, out);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().stage, "decode");
}

}  // namespace
}  // namespace rookery
