// Recordings that the ffmpeg program makes for tests, and what it decodes from them.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/worker/test_recordings.h"

namespace rookery::testing {

struct FilmKind {
  std::string name;  // and the suffix of the file, behind the last underscore
  std::string encode;
  std::string decoder{};  // where ffmpeg would choose another than we do
  std::int32_t channels = 2;
  std::int32_t sample_rate = 44'100;
};

inline std::vector<FilmKind> film_kinds() {
  const std::string picture = "-f lavfi -i testsrc=size=64x48:rate=10 -shortest -c:v mpeg4 ";
  // Without the noise that AAC decoders make up for themselves, other each time.
  const std::string aac = "-c:a aac -aac_pns 0 ";
  return {
      {"aac_m4a", aac},
      {"aac_mono_m4a", aac, "", 1, 22'050},
      {"alac_m4a", "-c:a alac"},
      {"wma2_wma", "-c:a wmav2"},
      {"film_aac_mp4", picture + aac},
      {"film_aac_mkv", picture + aac},
      {"opus_webm", "-c:a libopus", "-c:a libopus", 2, 48'000},
      {"opus_mkv", "-c:a libopus", "-c:a libopus", 1, 48'000},
      {"vorbis_mkv", "-c:a libvorbis"},
      {"flac_mkv", "-c:a flac"},
      {"mp3_mkv", "-c:a libmp3lame"},
      {"aac_flv", aac},
      {"adts_aac", aac},
      {"dolby_ac3", "-c:a ac3"},
      {"wavpack_wv", "-c:a wavpack"},
  };
}

inline void ffmpeg(const std::string& arguments) {
  const std::string command = "ffmpeg -nostdin -v error -y " + arguments;
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

inline std::string write_film(const TemporaryFolder& folder, const FilmKind& kind,
                              std::int64_t frames) {
  const std::string wav = folder.file(kind.name + ".wav");
  std::string path = folder.file(kind.name + "." + kind.name.substr(kind.name.rfind('_') + 1));
  const AudioKind pcm{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, kind.channels, kind.sample_rate};
  write_recording(wav, pcm, test_signal(frames, kind.channels));
  ffmpeg(fmt::format("-i '{}' {} '{}'", wav, kind.encode, path));
  return path;
}

// All samples of its sound, channels interleaved.
inline std::vector<float> ffmpeg_decodes(const TemporaryFolder& folder, const FilmKind& kind,
                                         const std::string& path) {
  const std::string raw = folder.file("decoded.f32");
  ffmpeg(fmt::format("{} -i '{}' -map a:0 -f f32le '{}'", kind.decoder, path, raw));
  const std::string bytes = read_bytes(raw);
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
  return samples;
}

}  // namespace rookery::testing
