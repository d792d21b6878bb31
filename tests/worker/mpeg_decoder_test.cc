#include "worker/decoders/mpeg_decoder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/worker/ffmpeg_recordings.h"
#include "worker/recording_probe.h"

namespace rookery {
namespace {

using testing::AudioKind;
using testing::FilmKind;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

// Its first frame is a tag that tells the length.
std::string mp3(const TemporaryFolder& folder, std::int32_t channels, std::int32_t sample_rate,
                std::int64_t frames) {
  const std::string path = folder.file("made.mp3");
  const AudioKind kind{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, channels, sample_rate};
  testing::write_recording(path, kind, testing::test_signal(frames, channels));
  return testing::read_bytes(path);
}

std::string without_length_tag(const std::string& bytes) {
  return bytes.substr(bytes.find(bytes.substr(0, 2), 4));
}

std::string old_id3_tag() { return "TAG" + std::string(125, ' '); }

std::string new_id3_tag() {
  return std::string("ID3\x04\x00\x00\x00\x00\x02\x2C", 10) + std::string(2 * 128 + 0x2C, '\0');
}

std::string ape_tag_part(std::size_t item_bytes, unsigned flags) {
  constexpr std::size_t footer_bytes = 32;
  std::string part = "APETAGEX";
  const auto append = [&part](std::size_t number) {
    for (const unsigned shift : {0U, 8U, 16U, 24U}) {
      part.push_back(static_cast<char>((number >> shift) & 0xFFU));
    }
  };
  for (const std::size_t number : {std::size_t{2'000}, item_bytes + footer_bytes, std::size_t{1},
                                   std::size_t{flags}, std::size_t{0}, std::size_t{0}}) {
    append(number);
  }
  return part;
}

std::string ape_tag(const std::string& items) {
  constexpr unsigned has_header = 0x80000000;
  constexpr unsigned is_header = 0x20000000;
  return ape_tag_part(items.size(), has_header | is_header) + items +
         ape_tag_part(items.size(), has_header);
}

// As its first version was written.
std::string ape_tag_without_header(const std::string& items) {
  return items + ape_tag_part(items.size(), 0);
}

class MpegAudio : public ::testing::Test {
 protected:
  RecordingProperties probe(const std::string& bytes) {
    testing::write_bytes(path_, bytes);
    const auto properties = probe_recording(path_, {});
    EXPECT_TRUE(properties.ok()) << (properties ? "" : to_string(properties.error()));
    return properties ? *properties : RecordingProperties{};
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("a.mp3");
};

TEST_F(MpegAudio, SaysWhereAnotherStreamStandsBehindTheFirst) {
  const std::string mono = mp3(folder_, 1, 44'100, 400'000);
  const std::string stereo = mp3(folder_, 2, 44'100, 400'000);
  const RecordingProperties alone = probe(stereo);
  EXPECT_EQ(alone.missing, std::nullopt);
  for (const std::string& second : {stereo, mono, stereo.substr(0, 8'000)}) {
    const RecordingProperties joined = probe(stereo + second);
    EXPECT_EQ(joined.frames, alone.frames);
    ASSERT_TRUE(joined.missing.has_value());
    EXPECT_EQ(joined.missing->begin_frame, joined.frames);
    EXPECT_THAT(joined.missing->reason, HasSubstr("another stream follows"));
  }
}

TEST_F(MpegAudio, SaysWhereAnotherStreamStandsBehindTagsHoweverLarge) {
  const std::string stereo = mp3(folder_, 2, 44'100, 400'000);
  const RecordingProperties alone = probe(stereo);
  const std::string small = ape_tag(std::string(50, 'x'));
  const std::string large = ape_tag(std::string(2'000'000, 'x'));
  for (const std::string& tags :
       {old_id3_tag(), small, large, small + old_id3_tag(), old_id3_tag() + new_id3_tag(),
        large + old_id3_tag() + new_id3_tag()}) {
    EXPECT_EQ(probe(stereo + tags).missing, std::nullopt) << tags.size();
    const RecordingProperties joined = probe(fmt::format("{}{}{}", stereo, tags, stereo));
    EXPECT_EQ(joined.frames, alone.frames) << tags.size();
    ASSERT_TRUE(joined.missing.has_value()) << tags.size();
    EXPECT_THAT(joined.missing->reason, HasSubstr("another stream follows"));
  }
}

TEST_F(MpegAudio, TakesAFrameThatIsNotCountedAndTheCoverBehindItForNoOtherStream) {
  const std::string stereo = mp3(folder_, 2, 44'100, 400'000);
  const std::string frames = without_length_tag(stereo);
  const std::string frame = frames.substr(0, frames.find(frames.substr(0, 2), 4));
  const std::string cover = ape_tag(std::string(50'000, 'x'));
  EXPECT_EQ(probe(stereo + frame + cover).missing, std::nullopt);
  EXPECT_EQ(probe(stereo + frame + cover + old_id3_tag()).missing, std::nullopt);
  EXPECT_TRUE(probe(stereo + frame + cover + stereo).missing.has_value());
}

TEST_F(MpegAudio, SaysThatAudioFollowsBehindWhatIsNoTagItKnows) {
  const std::string stereo = mp3(folder_, 2, 44'100, 400'000);
  std::string too_long = ape_tag("");
  too_long[15] = '\x7F';  // the highest byte of its size
  for (const std::string& between :
       {ape_tag_without_header(std::string(30'000, 'x')), too_long, std::string(10'000, '\xFF')}) {
    EXPECT_EQ(probe(stereo + between).missing, std::nullopt) << between.size();
    const RecordingProperties joined = probe(fmt::format("{}{}{}", stereo, between, stereo));
    ASSERT_TRUE(joined.missing.has_value()) << between.size();
    EXPECT_THAT(joined.missing->reason, HasSubstr("audio follows"));
  }
}

TEST_F(MpegAudio, TakesNoNoiseBehindTheLastFrameForAudio) {
  std::mt19937 random(3);
  std::string noise(1, '\0');
  while (noise.size() < 300'000) noise.push_back(static_cast<char>(random() & 0xFFU));
  EXPECT_EQ(probe(mp3(folder_, 2, 44'100, 400'000) + noise).missing, std::nullopt);
}

// libmpg123 looks no farther than 1 KiB for the next frame. The probe begins ten seconds before the
// end, and the hole is to lie behind that.
TEST_F(MpegAudio, SaysThatAudioFollowsBehindAHole) {
  constexpr std::int64_t seconds = 12;
  std::vector<std::string> recordings;
  for (const std::int32_t rate : {44'100, 22'050, 11'025}) {
    recordings.push_back(without_length_tag(mp3(folder_, 1, rate, seconds * rate)));
  }
  const FilmKind layer2{"mp2", "-c:a mp2"};
  const std::string path = testing::write_film(folder_, layer2, seconds * layer2.sample_rate);
  recordings.push_back(testing::read_bytes(path));
  for (std::string& bytes : recordings) {
    const RecordingProperties whole = probe(bytes);
    EXPECT_EQ(whole.missing, std::nullopt) << whole.format << ", " << whole.sample_rate;
    bytes.insert(bytes.size() / 3, std::string(2'500, '\0'));
    const RecordingProperties holed = probe(bytes);
    EXPECT_GT(holed.frames, whole.frames / 4) << whole.format << ", " << whole.sample_rate;
    EXPECT_LT(holed.frames, whole.frames / 2) << whole.format << ", " << whole.sample_rate;
    ASSERT_TRUE(holed.missing.has_value()) << whole.format << ", " << whole.sample_rate;
    EXPECT_EQ(holed.missing->begin_frame, holed.frames);
    EXPECT_THAT(holed.missing->reason, HasSubstr("audio follows"));
  }
}

TEST_F(MpegAudio, ReadsAllOfAFileThatDoesNotTellItsLength) {
  const std::string bytes = without_length_tag(mp3(folder_, 1, 44'100, 500'000));
  for (const std::string& tag : {std::string(), old_id3_tag(), ape_tag("some words")}) {
    const RecordingProperties properties = probe(bytes + tag);
    // The encoder's delay and padding, which the tag would tell, remain.
    EXPECT_GE(properties.frames, 500'000);
    EXPECT_LE(properties.frames, 500'000 + 3 * 1'152);
    EXPECT_EQ(properties.missing, std::nullopt);
  }
}

TEST_F(MpegAudio, SeesThatAFileWithoutLengthIsCutWithinAFrame) {
  const std::string bytes = without_length_tag(mp3(folder_, 1, 44'100, 500'000));
  const RecordingProperties properties = probe(bytes.substr(0, bytes.size() - 50));
  ASSERT_TRUE(properties.missing.has_value());
  EXPECT_EQ(properties.missing->begin_frame, properties.frames);
  EXPECT_EQ(properties.missing->end_frame, properties.frames + 1'152);
}

}  // namespace
}  // namespace rookery
