#include "worker/audio_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/worker/audio_kinds.h"

namespace rookery {
namespace {

using testing::AudioKind;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

AudioReader open_reader(const std::string& path, ChannelChoice channel = {}) {
  auto reader = AudioReader::open(path, channel);
  if (!reader) throw std::runtime_error(to_string(reader.error()));
  return std::move(*reader);
}

std::vector<float> read(AudioReader& reader, std::int64_t begin, std::size_t count) {
  std::vector<float> out(count, 99.0F);
  const Status status = reader.read_mono(begin, out);
  EXPECT_TRUE(status.ok());
  return out;
}

TEST(ParseChannel, TakesMixAndNumbersFromOneToEight) {
  EXPECT_EQ(*parse_channel("mix"), ChannelChoice{});
  EXPECT_EQ(*parse_channel("1"), ChannelChoice{1});
  EXPECT_EQ(*parse_channel("8"), ChannelChoice{8});
  for (const char* wrong : {"", "0", "9", "-1", "1.5", "2 ", "left", "99999999999999999999"}) {
    const auto choice = parse_channel(wrong);
    ASSERT_FALSE(choice.ok()) << wrong;
    EXPECT_EQ(choice.error().stage, "config");
    EXPECT_THAT(choice.error().reason, HasSubstr("'" + std::string(wrong) + "'"));
  }
}

class EveryChannelCount : public ::testing::TestWithParam<std::int32_t> {};

TEST_P(EveryChannelCount, GivesTheMeanOrTheChannelThatWasChosen) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.wav");
  const std::int32_t channels = GetParam();
  const AudioKind kind{"float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, channels, 16'000};
  const std::vector<float> signal = testing::test_signal(10'000, channels);
  testing::write_recording(path, kind, signal);
  for (std::int32_t chosen = 0; chosen <= channels; ++chosen) {
    AudioReader reader = open_reader(path, {chosen});
    const std::vector<float> mono = read(reader, 0, 10'000);
    for (std::size_t frame = 0; frame < mono.size(); ++frame) {
      const float* samples = &signal[frame * static_cast<std::size_t>(channels)];
      double sum = 0;
      for (std::int32_t c = 0; c < channels; ++c) sum += samples[c];
      const float expected = chosen == 0 ? static_cast<float>(sum / channels) : samples[chosen - 1];
      ASSERT_EQ(mono[frame], expected) << "channel " << chosen << ", frame " << frame;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Audio, EveryChannelCount, ::testing::Range(1, 9));

TEST(AudioReader, NamesFrameAndSecondOfASampleThatIsNoNumber) {
  const TemporaryFolder folder;
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> signal = testing::test_signal(16'000, 2);
    signal[2 * 12'000 + 1] = bad;
    const AudioKind kind{"float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2, 16'000};
    testing::write_recording(folder.file("a.wav"), kind, signal);
    AudioReader reader = open_reader(folder.file("a.wav"));
    std::vector<float> out(16'000);
    const Status status = reader.read_mono(0, out);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().stage, "decode");
    EXPECT_THAT(status.error().reason, HasSubstr("frame 12000 (0.750 s)"));
    // The other channel, and the frames before, are sound.
    AudioReader left = open_reader(folder.file("a.wav"), {1});
    EXPECT_TRUE(left.read_mono(0, out).ok());
    EXPECT_TRUE(reader.read_mono(0, std::span(out).first(12'000)).ok());
  }
}

TEST(AudioReader, SaysWhereADamagedFlacCannotBeRead) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.flac");
  const AudioKind kind{"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1, 16'000};
  testing::write_recording(path, kind, testing::test_signal(200'000, 1));
  std::string bytes = testing::read_bytes(path);
  bytes.replace(bytes.size() / 2, 20'000, std::string(20'000, '\0'));
  testing::write_bytes(path, bytes);
  AudioReader reader = open_reader(path);
  std::vector<float> out(200'000);
  const Status status = reader.read_mono(0, out);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().stage, "decode");
  EXPECT_THAT(status.error().reason, HasSubstr("at frame "));
}

TEST(AudioReader, IsSoundAfterAReadBeyondTheEnd) {
  const TemporaryFolder folder;
  for (const AudioKind& kind : testing::all_kinds()) {
    const std::string path = folder.file(kind.name);
    testing::write_recording(path, kind, testing::test_signal(30'000, kind.channels));
    AudioReader reader = open_reader(path);
    const std::vector<float> before = read(reader, 5'000, 1'000);
    std::vector<float> out(10);
    EXPECT_FALSE(reader.read_mono(10'000'000, out).ok()) << kind.name;
    EXPECT_EQ(read(reader, 5'000, 1'000), before) << kind.name;
  }
}

TEST(AudioReader, IsSilentWhereverItStartsWithinAnMp3) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.mp3");
  const AudioKind kind{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 2, 44'100};
  testing::write_recording(path, kind, testing::test_signal(1'000'000, 2));
  const std::string bytes = testing::read_bytes(path);
  testing::write_bytes(path, bytes.substr(0, bytes.size() * 9 / 10));
  ::testing::internal::CaptureStderr();
  AudioReader reader = open_reader(path);
  for (std::int64_t frame = 0; frame < 800'000; frame += 70'001) read(reader, frame, 1'000);
  EXPECT_GT(reader.find_end(0), 800'000);
  reader.missing_after(800'000);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(AudioReader, AllocatesByWhatItReadsNotByWhatTheHeaderSays) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.flac");
  const AudioKind kind{"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1, 16'000};
  testing::write_recording(path, kind, testing::test_signal(50'000, 1));
  std::string bytes = testing::read_bytes(path);
  bytes[21] = static_cast<char>(bytes[21] | 0x0F);  // 2^36 − 1 samples: 256 GB of floats
  for (std::size_t i = 22; i < 26; ++i) bytes[i] = '\xFF';
  testing::write_bytes(path, bytes);
  AudioReader reader = open_reader(path);
  EXPECT_EQ(reader.header().frames, (std::int64_t{1} << 36) - 1);
  EXPECT_EQ(reader.find_end(0), 50'000);
}

}  // namespace
}  // namespace rookery
