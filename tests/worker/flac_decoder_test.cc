#include "worker/decoders/flac_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/worker/audio_kinds.h"
#include "worker/audio_reader.h"
#include "worker/recording_probe.h"

namespace rookery {
namespace {

using testing::AudioKind;
using testing::TemporaryFolder;

constexpr std::int64_t kFrames = 100'003;

std::unique_ptr<RegularFile> open_file(const std::string& path) {
  return std::move(*RegularFile::open(path));
}

class EveryFlac : public ::testing::TestWithParam<AudioKind> {
 protected:
  void SetUp() override {
    testing::write_recording(path_, GetParam(), testing::test_signal(kFrames, GetParam().channels));
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("a.flac");
};

TEST_P(EveryFlac, GivesTheBitsThatLibsndfileGivesFromAnyFrame) {
  const std::vector<float> all = testing::decode_serially(path_);
  const auto channels = static_cast<std::size_t>(GetParam().channels);
  const auto file = open_file(path_);
  ASSERT_TRUE(is_flac(*file));
  const auto decoder = std::move(*open_flac_decoder(*file));
  EXPECT_EQ(decoder->header().frames, kFrames);
  EXPECT_EQ(decoder->header().sample_rate, GetParam().sample_rate);
  EXPECT_EQ(decoder->header().channels, GetParam().channels);
  std::vector<float> samples(all.size() + channels);
  ASSERT_EQ(decoder->read(samples), kFrames);
  EXPECT_TRUE(std::equal(all.begin(), all.end(), samples.begin()));
  std::mt19937 random(7);
  for (int round = 0; round < 30; ++round) {
    const std::size_t begin = random() % kFrames;
    const std::size_t count = random() % 9'000 + 1;
    ASSERT_TRUE(decoder->seek(static_cast<std::int64_t>(begin))) << begin;
    // In two reads: what the first leaves of a FLAC frame is the begin of the second.
    for (std::size_t from = begin; from < begin + 2 * count; from += count) {
      const std::size_t there = std::min(count, kFrames - std::min<std::size_t>(from, kFrames));
      const std::span<float> out = std::span(samples).first(count * channels);
      ASSERT_EQ(decoder->read(out), static_cast<std::int64_t>(there)) << from;
      ASSERT_TRUE(std::equal(out.begin(),
                             out.begin() + static_cast<std::ptrdiff_t>(there * channels),
                             all.begin() + static_cast<std::ptrdiff_t>(from * channels)))
          << from << " + " << count;
      if (there < count) break;
    }
  }
}

// Hostile bytes may make a recording fail, never the reader: run under a sanitizer, this says more.
TEST_P(EveryFlac, SurvivesDamageAnywhere) {
  const std::string sound = testing::read_bytes(path_);
  std::mt19937 random(5);
  for (int round = 0; round < 40; ++round) {
    std::string bytes = sound;
    const std::size_t range = round % 2 == 0 ? bytes.size() : 100;
    for (int flips = 0; flips < 1 + round % 20; ++flips) {
      bytes[4 + random() % (range - 4)] = static_cast<char>(random());
    }
    if (round % 5 == 0) bytes.resize(random() % bytes.size() + 4);
    testing::write_bytes(path_, bytes);
    const auto properties = probe_recording(path_, {});
    auto reader = AudioReader::open(path_, {});
    if (!properties || !reader) continue;
    reader->correct_length(properties->frames);
    std::vector<float> samples(static_cast<std::size_t>(std::min(properties->frames, kFrames)));
    for (const std::int64_t begin : {std::int64_t{0}, properties->frames / 2}) {
      const Status status = reader->read_mono(begin, std::span(samples).first(samples.size() / 2));
      EXPECT_TRUE(status.ok() || !status.error().reason.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Audio, EveryFlac,
    ::testing::Values(AudioKind{"s8", SF_FORMAT_FLAC | SF_FORMAT_PCM_S8, 1, 8'000},
                      AudioKind{"s16", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 2, 44'100},
                      AudioKind{"s16_8ch", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8, 16'000},
                      AudioKind{"s24", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 3, 96'000}),
    testing::kind_name);

TEST(FlacDecoder, ReadsOnBehindADamagedPlace) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.flac");
  const AudioKind kind{"s16", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1, 44'100};
  testing::write_recording(path, kind, testing::test_signal(kFrames, 1));
  const std::vector<float> all = testing::decode_serially(path);
  std::string bytes = testing::read_bytes(path);
  bytes.replace(bytes.size() / 2, 100, std::string(100, '\0'));
  testing::write_bytes(path, bytes);
  const auto file = open_file(path);
  const auto decoder = std::move(*open_flac_decoder(*file));
  std::vector<float> samples(all.size());
  const std::int64_t sound = decoder->read(samples);
  EXPECT_GT(sound, kFrames / 3);
  EXPECT_LT(sound, kFrames * 2 / 3);
  EXPECT_TRUE(std::equal(all.begin(), all.begin() + sound, samples.begin()));
  ASSERT_TRUE(decoder->seek(kFrames - 20'000));
  ASSERT_EQ(decoder->read(std::span(samples).first(20'000)), 20'000);
  EXPECT_TRUE(std::equal(all.end() - 20'000, all.end(), samples.begin()));
}

}  // namespace
}  // namespace rookery
