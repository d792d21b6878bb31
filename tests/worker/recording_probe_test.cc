#include "worker/recording_probe.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/worker/audio_kinds.h"
#include "tests/worker/patched_wav.h"

namespace rookery {
namespace {

using testing::AudioKind;
using ::testing::HasSubstr;
using testing::kDataSizeOffset;
using testing::kRiffSizeOffset;
using testing::patch;
using testing::TemporaryFolder;
using testing::write_wav;

constexpr std::int64_t kFrames = 60'001;

class EveryKind : public ::testing::TestWithParam<AudioKind> {
 protected:
  std::string write(std::int64_t frames) {
    std::string path = folder_.file("recording");
    testing::write_recording(path, GetParam(), testing::test_signal(frames, GetParam().channels));
    return path;
  }
  std::int64_t readable_frames(const std::string& path) {
    return static_cast<std::int64_t>(testing::decode_serially(path).size()) / GetParam().channels;
  }

  TemporaryFolder folder_;
};

TEST_P(EveryKind, TellsTheFramesThatCanBeDecodedAndNothingMissing) {
  const std::string path = write(kFrames);
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  EXPECT_EQ(properties->frames, readable_frames(path));
  EXPECT_EQ(properties->sample_rate, GetParam().sample_rate);
  EXPECT_EQ(properties->channels, GetParam().channels);
  EXPECT_EQ(properties->missing, std::nullopt);
  EXPECT_THAT(properties->format, HasSubstr(", "));
}

TEST_P(EveryKind, OfACutFileTellsWhatCanBeReadAndWhatIsMissing) {
  const std::string path = write(20 * kFrames);
  const auto whole = probe_recording(path, {});
  ASSERT_TRUE(whole.ok());
  const std::string bytes = testing::read_bytes(path);
  testing::write_bytes(path, bytes.substr(0, bytes.size() * 6 / 10 + 1));
  const auto cut = probe_recording(path, {});
  ASSERT_TRUE(cut.ok()) << to_string(cut.error());
  const bool caf = (GetParam().format & SF_FORMAT_TYPEMASK) == SF_FORMAT_CAF;
  // libsndfile by itself opens no CAF file that is shorter than it says.
  if (!caf) {
    EXPECT_EQ(cut->frames, readable_frames(path));
  }
  EXPECT_LT(cut->frames, whole->frames * 7 / 10);
  EXPECT_GT(cut->frames, whole->frames * 4 / 10);
  ASSERT_TRUE(cut->missing.has_value());
  EXPECT_EQ(cut->missing->begin_frame, cut->frames);
  const bool ogg = (GetParam().format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG;
  const bool dwvw = (GetParam().format & SF_FORMAT_SUBMASK) == SF_FORMAT_DWVW_16;
  // The length of an Ogg stream is told at its end alone, that of DWVW nowhere.
  const std::int64_t promised = ogg || dwvw ? cut->frames : whole->frames;
  const bool alac = (GetParam().format & SF_FORMAT_SUBMASK) == SF_FORMAT_ALAC_16;
  const double packet = alac ? 4096 : 0;  // the last one is lost, and with it its length
  EXPECT_NEAR(static_cast<double>(cut->missing->end_frame), static_cast<double>(promised), packet);
}

TEST_P(EveryKind, OfACutFileTheReadablePartIsThatOfTheWhole) {
  const std::string path = write(3 * kFrames);
  AudioReader whole = std::move(*AudioReader::open(path, {}));
  const std::string bytes = testing::read_bytes(path);
  testing::write_bytes(path, bytes.substr(0, bytes.size() * 6 / 10 + 1));
  const auto cut = probe_recording(path, {});
  ASSERT_TRUE(cut.ok()) << to_string(cut.error());
  AudioReader reader = std::move(*AudioReader::open(path, {}));
  reader.correct_length(cut->frames);
  // But for the last packets, which decoders end in their own ways.
  std::vector<float> expected(static_cast<std::size_t>(cut->frames) - 5'000);
  std::vector<float> got(expected.size());
  ASSERT_TRUE(whole.read_mono(0, expected).ok());
  ASSERT_TRUE(reader.read_mono(0, got).ok());
  EXPECT_EQ(got, expected);
}

INSTANTIATE_TEST_SUITE_P(Audio, EveryKind, ::testing::ValuesIn(testing::all_kinds()),
                         testing::kind_name);

TEST(RecordingProbe, TellsThatPermissionIsDenied) {
  // As root no file is forbidden, so the question is put as somebody else, in a process of its own.
  const TemporaryFolder folder;
  const std::string path = folder.file("secret.wav");
  write_wav(path, 1'000);
  ::chmod(std::filesystem::path(path).parent_path().c_str(), 0755);
  ::chmod(path.c_str(), 0);
  const auto ask = [&] {
    if (::geteuid() == 0 && ::setresuid(65'534, 65'534, 65'534) != 0) _exit(2);
    const auto properties = probe_recording(path, {});
    const bool as_promised = !properties && properties.error().stage == "open" &&
                             properties.error().reason == "permission denied";
    _exit(as_promised ? 0 : 1);
  };
  EXPECT_EXIT(ask(), ::testing::ExitedWithCode(0), "");
}

TEST(RecordingProbe, RefusesAChannelThatIsNotThereNamingBothNumbers) {
  const TemporaryFolder folder;
  const AudioKind stereo{"stereo", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2, 16'000};
  testing::write_recording(folder.file("a.wav"), stereo, testing::test_signal(100, 2));
  EXPECT_TRUE(probe_recording(folder.file("a.wav"), {2}).ok());
  const auto third = probe_recording(folder.file("a.wav"), {3});
  ASSERT_FALSE(third.ok());
  EXPECT_THAT(third.error().reason, HasSubstr("channel 3 was asked for, but the recording has 2"));
}

// Programs that write to a pipe, or lose their power, cannot go back to fill in the sizes.
TEST(RecordingProbe, TakesAStreamedWavForWhole) {
  const TemporaryFolder folder;
  const std::string path = folder.file("streamed.wav");
  struct Sizes {
    std::uint32_t riff;
    std::uint32_t data;
  };
  for (const auto [riff, data] :
       {Sizes{0, 0}, Sizes{8, 0}, Sizes{0xFFFFFFFF, 0xFFFFFFFF}, Sizes{0xFFFFFFFF, 0},
        Sizes{0x7FFFFFFF, 0x7FFFFFFF - 36}, Sizes{0x80000024, 0x80000000}, Sizes{0, 0xFFFFFFFF}}) {
    write_wav(path, 1'000);
    patch(path, kRiffSizeOffset, riff, 4);
    patch(path, kDataSizeOffset, data, 4);
    const auto properties = probe_recording(path, {});
    ASSERT_TRUE(properties.ok()) << riff << ", " << data << ": " << to_string(properties.error());
    EXPECT_EQ(properties->frames, 1'000) << riff << ", " << data;
    EXPECT_EQ(properties->missing, std::nullopt) << riff << ", " << data;
  }
}

TEST(RecordingProbe, TakesAStreamedCafForWhole) {
  const TemporaryFolder folder;
  const std::string path = folder.file("streamed.caf");
  const AudioKind kind{"caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16, 1, 16'000};
  testing::write_recording(path, kind, testing::test_signal(1'000, 1));
  std::string bytes = testing::read_bytes(path);
  const std::size_t chunk = bytes.find("data");
  bytes.replace(chunk + 4, 8, 8, '\xFF');  // −1: to the end of the file
  testing::write_bytes(path, bytes);
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  EXPECT_EQ(properties->frames, 1'000);
  EXPECT_EQ(properties->missing, std::nullopt);
}

// Not every size beyond 2 GiB is one that a streaming program left.
TEST(RecordingProbe, TellsWhatIsMissingOfFilesOfMoreThanTwoGigabytes) {
  const TemporaryFolder folder;
  const std::string path = folder.file("large.wav");
  for (const std::uint32_t data : {2'300'000'000U, 3'000'000'000U, 4'200'000'000U}) {
    write_wav(path, 1'000);
    patch(path, kRiffSizeOffset, data + 36, 4);
    patch(path, kDataSizeOffset, data, 4);
    const auto properties = probe_recording(path, {});
    ASSERT_TRUE(properties.ok()) << data << ": " << to_string(properties.error());
    EXPECT_EQ(properties->frames, 1'000);
    ASSERT_TRUE(properties->missing.has_value()) << data;
    EXPECT_EQ(properties->missing->end_frame, data / 2);
  }
}

TEST(RecordingProbe, SeesThatAFileIsCutBehindLongComments) {
  const TemporaryFolder folder;
  const std::string path = folder.file("comments.wav");
  SF_INFO info{};
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  info.channels = 1;
  info.samplerate = 16'000;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr);
  for (const int tag : {SF_STR_TITLE, SF_STR_ARTIST, SF_STR_COMMENT, SF_STR_ALBUM}) {
    sf_set_string(file, tag, std::string(1'500, 'x').c_str());
  }
  const std::vector<float> signal = testing::test_signal(50'000, 1);
  sf_writef_float(file, signal.data(), 50'000);
  sf_close(file);
  std::filesystem::resize_file(path, 60'001);
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  ASSERT_TRUE(properties->missing.has_value());
  EXPECT_EQ(properties->missing->end_frame, 50'000);
}

TEST(RecordingProbe, CountsTheFramesOfAFlacThatDoesNotTell) {
  const TemporaryFolder folder;
  const std::string path = folder.file("streamed.flac");
  const AudioKind kind{"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1, 16'000};
  testing::write_recording(path, kind, testing::test_signal(50'000, 1));
  std::string bytes = testing::read_bytes(path);
  // STREAMINFO: the 36 bits of the total sample count end at byte 26.
  bytes[21] = static_cast<char>(bytes[21] & 0xF0);
  for (std::size_t i = 22; i < 26; ++i) bytes[i] = 0;
  testing::write_bytes(path, bytes);
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  EXPECT_EQ(properties->frames, 50'000);
  EXPECT_EQ(properties->missing, std::nullopt);
}

TEST(RecordingProbe, SaysThatChainedOggIsReadToTheEndOfItsFirstLink) {
  const TemporaryFolder folder;
  const AudioKind kind{"vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 1, 16'000};
  testing::write_recording(folder.file("a.ogg"), kind, testing::test_signal(50'000, 1));
  testing::write_recording(folder.file("b.ogg"), kind, testing::test_signal(30'000, 1));
  testing::write_bytes(folder.file("chain.ogg"), testing::read_bytes(folder.file("a.ogg")) +
                                                     testing::read_bytes(folder.file("b.ogg")));
  const auto properties = probe_recording(folder.file("chain.ogg"), {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  EXPECT_EQ(properties->frames,
            static_cast<std::int64_t>(testing::decode_serially(folder.file("chain.ogg")).size()));
  ASSERT_TRUE(properties->missing.has_value());
}

}  // namespace
}  // namespace rookery
