// Recordings that tests make for themselves.
#pragma once

#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "rookery/recording.h"
#include "worker/audio_reader.h"

namespace rookery::testing {

// A folder that ends with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rookery-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

struct AudioKind {
  std::string name;
  int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  std::int32_t channels = 1;
  std::int32_t sample_rate = 16'000;
};

// Tones and bursts of noise, another in each channel: nothing repeats, so a shift shows.
inline std::vector<float> test_signal(std::int64_t frames, std::int32_t channels) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> noise(-0.1F, 0.1F);
  std::vector<float> samples;
  samples.reserve(static_cast<std::size_t>(frames * channels));
  for (std::int64_t frame = 0; frame < frames; ++frame) {
    const auto t = static_cast<double>(frame);
    for (std::int32_t c = 0; c < channels; ++c) {
      const double tone = 0.4 * std::sin(0.05 * (c + 1) * t + 1e-7 * t * t);
      const float burst = std::sin(3e-4 * t) > 0 ? noise(random) : 0.0F;
      samples.push_back(static_cast<float>(tone) + burst);
    }
  }
  return samples;
}

inline void write_recording(const std::string& path, const AudioKind& kind,
                            const std::vector<float>& interleaved) {
  SF_INFO info{};
  info.format = kind.format;
  info.channels = kind.channels;
  info.samplerate = kind.sample_rate;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr) << kind.name << ": " << sf_strerror(nullptr);
  sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const auto frames = static_cast<sf_count_t>(interleaved.size()) / kind.channels;
  // In pieces: Vorbis encoders keep a piece on the stack.
  for (sf_count_t done = 0; done < frames; done += 4096) {
    const sf_count_t count = std::min<sf_count_t>(4096, frames - done);
    ASSERT_EQ(sf_writef_float(file, interleaved.data() + done * kind.channels, count), count);
  }
  ASSERT_EQ(sf_close(file), 0);
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// All frames of one pass from the first to the last, by libsndfile alone.
inline std::vector<float> decode_serially(const std::string& path) {
  SF_INFO info{};
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
  if (file == nullptr) return {};
  std::vector<float> all;
  std::vector<float> piece(static_cast<std::size_t>(5000 * info.channels));
  for (sf_count_t got = 0; (got = sf_readf_float(file, piece.data(), 5000)) > 0;) {
    all.insert(all.end(), piece.begin(), piece.begin() + got * info.channels);
  }
  sf_close(file);
  return all;
}

}  // namespace rookery::testing
