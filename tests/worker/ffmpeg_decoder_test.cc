#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/worker/ffmpeg_recordings.h"
#include "worker/audio_reader.h"
#include "worker/decoders/ffmpeg_module.h"
#include "worker/recording_probe.h"
#include "worker/sample_source.h"

namespace rookery {
namespace {

using testing::FilmKind;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

AudioReader open_reader(const std::string& path) {
  auto reader = AudioReader::open(path, {});
  if (!reader) throw std::runtime_error(to_string(reader.error()));
  return std::move(*reader);
}

std::vector<float> read(AudioReader& reader, std::int64_t begin, std::int64_t count) {
  std::vector<float> samples(static_cast<std::size_t>(count));
  const Status status = reader.read_mono(begin, samples);
  EXPECT_TRUE(status.ok()) << (status ? "" : to_string(status.error()));
  return samples;
}

class EveryFilm : public ::testing::TestWithParam<FilmKind> {
 protected:
  // Three blocks of 32 seconds.
  std::string write(double seconds = 70.3) {
    const double frames = seconds * GetParam().sample_rate;
    return testing::write_film(folder_, GetParam(), std::llround(frames));
  }

  std::vector<float> expected(const std::string& path) {
    const std::vector<float> all = testing::ffmpeg_decodes(folder_, GetParam(), path);
    const auto channels = static_cast<std::size_t>(GetParam().channels);
    std::vector<float> mono(all.size() / channels);
    for (std::size_t i = 0; i < mono.size(); ++i) {
      double sum = 0;
      for (std::size_t c = 0; c < channels; ++c) sum += all[i * channels + c];
      mono[i] = static_cast<float>(sum / static_cast<double>(channels));
    }
    return mono;
  }

  TemporaryFolder folder_;
};

TEST_P(EveryFilm, GivesTheSamplesThatFfmpegGivesWholeAndInPieces) {
  const std::string path = write();
  const std::vector<float> all = expected(path);
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  EXPECT_EQ(properties->frames, static_cast<std::int64_t>(all.size()));
  EXPECT_EQ(properties->sample_rate, GetParam().sample_rate);
  EXPECT_EQ(properties->channels, GetParam().channels);
  EXPECT_EQ(properties->missing, std::nullopt);
  AudioReader reader = open_reader(path);
  reader.correct_length(properties->frames);
  EXPECT_EQ(read(reader, 0, properties->frames), all);
  const std::int64_t end = properties->frames;
  for (const std::int64_t begin : {end - 3'000, end / 2, end / 3 + 1, std::int64_t{100'001}}) {
    const std::vector<float> piece = read(reader, begin, 3'000);
    for (std::size_t i = 0; i < piece.size(); ++i) {
      ASSERT_NEAR(piece[i], all[static_cast<std::size_t>(begin) + i], 1e-6) << begin << " + " << i;
    }
  }
}

TEST_P(EveryFilm, SamplesHaveTheSameBitsWhateverWasReadBefore) {
  const std::string path = write();
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok());
  const SampleSettings settings{16'000, {}, ResamplerQuality::kHigh};
  const auto open = [&] {
    return std::move(*SampleSource::open({0, "key", path}, *properties, settings, {}));
  };
  SampleSource serial = open();
  std::vector<float> all(static_cast<std::size_t>(serial.samples()));
  ASSERT_TRUE(serial.read(0, all).ok());
  SampleSource wandering = open();
  std::mt19937 random(3);
  std::uniform_int_distribution<std::int64_t> begins(0, serial.samples() - 20'000);
  for (int round = 0; round < 12; ++round) {
    const std::int64_t begin = begins(random);
    std::vector<float> got(20'000);
    ASSERT_TRUE(wandering.read(begin, got).ok());
    ASSERT_TRUE(std::equal(got.begin(), got.end(), all.begin() + begin)) << begin;
    SampleSource fresh = open();
    ASSERT_TRUE(fresh.read(begin, got).ok());
    ASSERT_TRUE(std::equal(got.begin(), got.end(), all.begin() + begin)) << "fresh " << begin;
  }
}

// Hostile bytes may make a recording fail, never the reader: run under a sanitizer, this says more.
TEST_P(EveryFilm, SurvivesDamageAnywhere) {
  const std::string path = write(2);
  const std::string sound = testing::read_bytes(path);
  std::mt19937 random(5);
  for (int round = 0; round < 40; ++round) {
    std::string bytes = sound;
    for (int flips = 0; flips < 1 + round % 20; ++flips) {
      // More often in the head, where the structure is.
      const std::size_t range =
          round % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 800);
      bytes[random() % range] = static_cast<char>(random());
    }
    if (round % 5 == 0) bytes.resize(random() % bytes.size() + 1);
    testing::write_bytes(path, bytes);
    const auto properties = probe_recording(path, {});
    if (!properties) continue;
    auto reader = AudioReader::open(path, {});
    if (!reader) continue;
    reader->correct_length(properties->frames);
    std::vector<float> samples(10'000);
    for (const std::int64_t begin : {std::int64_t{0}, properties->frames / 2}) {
      const Status status = reader->read_mono(begin, samples);
      EXPECT_TRUE(status.ok() || !status.error().reason.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Audio, EveryFilm, ::testing::ValuesIn(testing::film_kinds()),
                         [](const auto& kind) { return kind.param.name; });

const FilmKind& film(const std::string& name) {
  static const std::vector<FilmKind> kKinds = testing::film_kinds();
  return *std::ranges::find(kKinds, name, &FilmKind::name);
}

void cut(const std::string& path, double share) {
  const auto size = static_cast<double>(std::filesystem::file_size(path));
  std::filesystem::resize_file(path, static_cast<std::uintmax_t>(size * share));
}

// Timestamps of FLV are rounded to milliseconds, and so unequally far apart.
TEST(FfmpegDecoder, ReadsACutMatroskaOrFlvFileAsFarAsItGoes) {
  const TemporaryFolder folder;
  for (const std::string& name :
       std::vector<std::string>{"film_aac_mkv", "vorbis_mkv", "opus_webm", "aac_flv"}) {
    const FilmKind& kind = film(name);
    const std::string path = testing::write_film(folder, kind, 20LL * kind.sample_rate);
    cut(path, 0.6);
    const auto properties = probe_recording(path, {});
    ASSERT_TRUE(properties.ok()) << name << ": " << to_string(properties.error());
    EXPECT_NEAR(static_cast<double>(properties->frames) / kind.sample_rate, 12, 2) << name;
    ASSERT_TRUE(properties->missing.has_value()) << name;
    EXPECT_EQ(properties->missing->begin_frame, properties->frames);
    EXPECT_NEAR(static_cast<double>(properties->missing->end_frame) / kind.sample_rate, 20, 0.2)
        << name;
    AudioReader reader = open_reader(path);
    reader.correct_length(properties->frames);
    read(reader, properties->frames - 1'000, 1'000);
  }
}

TEST(FfmpegDecoder, ReadsACutMp4FileIfItsTableStandsAtItsBegin) {
  const TemporaryFolder folder;
  FilmKind kind = film("aac_m4a");
  kind.encode += " -movflags faststart";
  const std::string path = testing::write_film(folder, kind, 20LL * kind.sample_rate);
  cut(path, 0.6);
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  EXPECT_NEAR(static_cast<double>(properties->frames) / kind.sample_rate, 12, 2);
  ASSERT_TRUE(properties->missing.has_value());
  EXPECT_NEAR(static_cast<double>(properties->missing->end_frame) / kind.sample_rate, 20, 0.1);
}

TEST(FfmpegDecoder, SaysWhatACutMp4FileLacksIfItsTableStoodAtItsEnd) {
  const TemporaryFolder folder;
  const std::string path = testing::write_film(folder, film("aac_m4a"), 441'000);
  cut(path, 0.6);
  const auto properties = probe_recording(path, {});
  ASSERT_FALSE(properties.ok());
  EXPECT_EQ(properties.error().stage, "probe");
  EXPECT_THAT(properties.error().reason, HasSubstr("moov atom not found"));
}

// As phones write them, which take the time of each packet from a clock.
FilmKind film_whose_timestamps_jump() {
  FilmKind kind = film("aac_m4a");
  kind.encode = "-af \"asetpts='PTS+gte(T,5)*0.5/TB'\" " + kind.encode + " -movflags faststart";
  return kind;
}

TEST(FfmpegDecoder, CountsSamplesOfAnMp4WhoseTimestampsJump) {
  const TemporaryFolder folder;
  const FilmKind kind = film_whose_timestamps_jump();
  const std::string path = testing::write_film(folder, kind, 45LL * kind.sample_rate);
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  EXPECT_NEAR(static_cast<double>(properties->frames) / kind.sample_rate, 45, 0.1);
  EXPECT_EQ(properties->missing, std::nullopt);
  AudioReader reader = open_reader(path);
  reader.correct_length(properties->frames);
  const std::vector<float> all = read(reader, 0, properties->frames);
  AudioReader another = open_reader(path);
  another.correct_length(properties->frames);
  const std::int64_t begin = 40LL * kind.sample_rate;
  EXPECT_EQ(read(another, begin, 1'000),
            std::vector<float>(all.begin() + begin, all.begin() + begin + 1'000));
}

// By its duration half a second more would be missing.
TEST(FfmpegDecoder, TellsWhatACutMp4WhoseTimestampsJumpLacksByItsTable) {
  const TemporaryFolder folder;
  const FilmKind kind = film_whose_timestamps_jump();
  const std::string path = testing::write_film(folder, kind, 45LL * kind.sample_rate);
  cut(path, 0.6);
  const auto properties = probe_recording(path, {});
  ASSERT_TRUE(properties.ok()) << to_string(properties.error());
  EXPECT_NEAR(static_cast<double>(properties->frames) / kind.sample_rate, 27, 2);
  ASSERT_TRUE(properties->missing.has_value());
  EXPECT_EQ(properties->missing->begin_frame, properties->frames);
  EXPECT_NEAR(static_cast<double>(properties->missing->end_frame) / kind.sample_rate, 45, 0.2);
}

TEST(FfmpegDecoder, RefusesAFilmWithoutSound) {
  const TemporaryFolder folder;
  const std::string path = folder.file("silent.mp4");
  testing::ffmpeg("-f lavfi -i testsrc=size=64x48:rate=10 -t 2 -c:v mpeg4 '" + path + "'");
  const auto properties = probe_recording(path, {});
  ASSERT_FALSE(properties.ok());
  EXPECT_EQ(properties.error().reason, "the file holds no sound");
}

TEST(FfmpegDecoder, FollowsNoReferenceToAnotherFile) {
  const TemporaryFolder folder;
  const std::string sound = testing::write_film(folder, film("aac_m4a"), 441'000);
  const std::string list = folder.file("list.m4a");
  for (const std::string& text :
       {"ffconcat version 1.0\nfile '" + sound + "'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" + sound + "\n#EXT-X-ENDLIST\n"}) {
    testing::write_bytes(list, text);
    const auto properties = probe_recording(list, {});
    ASSERT_FALSE(properties.ok());
    EXPECT_THAT(properties.error().reason, HasSubstr("not audio"));
  }
}

TEST(FfmpegModule, NamesTheSharedObjectThatCannotBeLoadedAndTheReason) {
  const TemporaryFolder folder;
  const std::string path = folder.file("rookery-ffmpeg.so");
  const auto missing = load_ffmpeg_module(path);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().stage, "probe");
  EXPECT_THAT(missing.error().reason, HasSubstr(path + ": cannot open shared object file"));
  testing::write_bytes(path, std::string(1'000, 'x'));
  EXPECT_THAT(load_ffmpeg_module(path).error().reason, HasSubstr(path + ": invalid ELF header"));
  EXPECT_THAT(load_ffmpeg_module("libm.so.6").error().reason, HasSubstr("undefined symbol"));
}

TEST(FfmpegDecoder, IsSilent) {
  const TemporaryFolder folder;
  ::testing::internal::CaptureStderr();
  for (const char* name : {"film_aac_mkv", "aac_m4a", "wma2_wma"}) {
    const std::string path = testing::write_film(folder, film(name), 441'000);
    cut(path, 0.6);
    (void)probe_recording(path, {});
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace rookery
