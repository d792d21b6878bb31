// When a recording began, by its header.
#include "worker/decoders/header_time.h"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>

#include "tests/worker/ffmpeg_recordings.h"
#include "worker/recording_probe.h"

namespace rookery {
namespace {

using std::chrono::microseconds;
using std::chrono::sys_days;
using namespace std::chrono_literals;

const std::int64_t kMay14At19 =
    microseconds((sys_days(2021y / 5 / 14) + 19h).time_since_epoch()).count();

TEST(HeaderTime, OfIsoTextIsTheClocksWhateverTheZone) {
  EXPECT_EQ(iso_time("2021-05-14T19:00:00"), kMay14At19);
  EXPECT_EQ(iso_time("2021-05-14 19:00:00.250"), kMay14At19 + 250'000);
  EXPECT_EQ(iso_time("2021-05-14T19:00:00.000001+02:00"), kMay14At19 + 1);
  EXPECT_EQ(iso_time("2021-05-14T19:00:00Z"), kMay14At19);
}

TEST(HeaderTime, OfABroadcastWavIsOriginationDateAndTime) {
  EXPECT_EQ(broadcast_time("2021-05-14", "19:00:00"), kMay14At19);
  EXPECT_EQ(broadcast_time("2021:05:14", "19-00-00"), kMay14At19);
}

TEST(HeaderTime, OfGuanoStandsInItsTimestampLine) {
  EXPECT_EQ(guano_time("GUANO|Version: 1.0\nTimestamp: 2021-05-14T19:00:00.500-05:00\nNote: x\n"),
            kMay14At19 + 500'000);
  EXPECT_EQ(guano_time("Timestamp:2021-05-14T19:00:00"), kMay14At19);
}

TEST(HeaderTime, OfAnAudioMothStandsInItsComment) {
  EXPECT_EQ(comment_time("Recorded at 19:00:00 14/05/2021 (UTC+2) by AudioMoth 24F31901603710DE at "
                         "medium gain while battery was 4.2V."),
            kMay14At19);
  EXPECT_EQ(comment_time("Recorded at 19:00:00.500 14/05/2021 (UTC) by AudioMoth"),
            kMay14At19 + 500'000);
}

TEST(HeaderTime, IsNoneWhereNoDateAndTimeStand) {
  for (const char* text : {"", "2021", "2021-05-14", "2021-13-14T19:00:00", "2021-05-14T25:00:00",
                           "0000-00-00T00:00:00", "2021-02-30T10:00:00", "2021-05-14T1a:00:00"}) {
    EXPECT_EQ(iso_time(text), std::nullopt) << text;
  }
  EXPECT_EQ(broadcast_time("0000-00-00", "00-00-00"), std::nullopt);
  EXPECT_EQ(broadcast_time(std::string(10, '\0'), std::string(8, '\0')), std::nullopt);
  for (const char* text : {"", "Timestamp:", "Timestamp: yesterday", "Loc Position: 1 2"}) {
    EXPECT_EQ(guano_time(text), std::nullopt) << text;
  }
  for (const char* text : {"", "Recorded at ", "Recorded at 19:00:00", "Recorded at dawn"}) {
    EXPECT_EQ(comment_time(text), std::nullopt) << text;
  }
}

// A second of silence whose header `tell` writes.
std::optional<std::int64_t> probed_origin(int container,
                                          const std::function<void(SNDFILE*)>& tell) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("a.wav");
  SF_INFO info{};
  info.samplerate = 8000;
  info.channels = 1;
  info.format = container | SF_FORMAT_PCM_16;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  tell(file);
  const std::vector<float> silence(8000);
  EXPECT_EQ(sf_writef_float(file, silence.data(), 8000), 8000);
  sf_close(file);
  const auto properties = probe_recording(path, {});
  EXPECT_TRUE(properties.ok());
  return properties.value().origin_us;
}

void tell_broadcast(SNDFILE* file) {
  SF_BROADCAST_INFO info{};
  const std::string date = "2021-05-14";
  const std::string time = "19:00:00";
  std::ranges::copy(date, info.origination_date);
  std::ranges::copy(time, info.origination_time);
  ASSERT_EQ(sf_command(file, SFC_SET_BROADCAST_INFO, &info, sizeof info), SF_TRUE);
}

void tell_guano(SNDFILE* file) {
  std::string text = "GUANO|Version: 1.0\nTimestamp: 2021-05-14T19:00:00.250\n";
  SF_CHUNK_INFO chunk{};
  const std::string id = "guan";
  std::ranges::copy(id, chunk.id);
  chunk.id_size = 4;
  chunk.data = text.data();
  chunk.datalen = static_cast<unsigned>(text.size());
  ASSERT_EQ(sf_set_chunk(file, &chunk), SF_ERR_NO_ERROR);
}

TEST(HeaderTime, IsProbedFromWhatRecordersWrite) {
  EXPECT_EQ(probed_origin(SF_FORMAT_WAV, [](SNDFILE*) {}), std::nullopt);
  EXPECT_EQ(probed_origin(SF_FORMAT_WAV, tell_broadcast), kMay14At19);
  EXPECT_EQ(probed_origin(SF_FORMAT_RF64, tell_broadcast), kMay14At19);
  EXPECT_EQ(probed_origin(SF_FORMAT_WAV, tell_guano), kMay14At19 + 250'000);
  EXPECT_EQ(probed_origin(SF_FORMAT_WAV,
                          [](SNDFILE* file) {
                            sf_set_string(file, SF_STR_COMMENT,
                                          "Recorded at 19:00:00 14/05/2021 (UTC) by AudioMoth");
                          }),
            kMay14At19);
  EXPECT_EQ(
      probed_origin(SF_FORMAT_FLAC,
                    [](SNDFILE* file) { sf_set_string(file, SF_STR_DATE, "2021-05-14T19:00:00"); }),
      kMay14At19);
}

// A second of silence that ffmpeg writes to a file called `name` with these tags.
std::optional<std::int64_t> origin_by_ffmpeg(const std::string& name, const std::string& tags) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file(name);
  testing::ffmpeg("-f lavfi -i anullsrc=r=8000:cl=mono -t 1 " + tags + " '" + path + "'");
  const auto properties = probe_recording(path, {});
  EXPECT_TRUE(properties.ok()) << name;
  return properties.value().origin_us;
}

TEST(HeaderTime, OfAFilmIsItsCreationTime) {
  const std::string created = "-metadata creation_time=2021-05-14T19:00:00.250Z";
  EXPECT_EQ(origin_by_ffmpeg("a.m4a", created), kMay14At19);  // MP4 keeps whole seconds
  EXPECT_EQ(origin_by_ffmpeg("a.mp4", created), kMay14At19);
  EXPECT_EQ(origin_by_ffmpeg("a.mka", created), kMay14At19 + 250'000);
  EXPECT_EQ(origin_by_ffmpeg("a.webm", created), kMay14At19 + 250'000);
  EXPECT_EQ(origin_by_ffmpeg("a.mkv", "-metadata date='2021-05-14 19:00:00'"), kMay14At19);
  EXPECT_EQ(origin_by_ffmpeg("a.mov",
                             "-movflags use_metadata_tags -metadata "
                             "creation_time=2021-05-14T17:00:00Z -metadata "
                             "com.apple.quicktime.creationdate=2021-05-14T19:00:00+0200"),
            kMay14At19);
  EXPECT_EQ(origin_by_ffmpeg("a.mka", "-metadata date=2021"), std::nullopt);
  EXPECT_EQ(origin_by_ffmpeg("a.m4a", ""), std::nullopt);
}

TEST(HeaderTime, OfAnMp3StandsInItsTag) {
  const std::string dated = "-metadata date=2021-05-14T19:00:00";
  EXPECT_EQ(origin_by_ffmpeg("a.mp3", dated), kMay14At19);
  EXPECT_EQ(origin_by_ffmpeg("a.mp3", "-metadata date=2021-05-14"), std::nullopt);
  EXPECT_EQ(origin_by_ffmpeg("a.mp3", "-id3v2_version 0 -write_id3v1 1 " + dated), std::nullopt);
}

}  // namespace
}  // namespace rookery
