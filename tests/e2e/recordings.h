// Recordings that these tests make: dialled digits in any format that libsndfile writes, and files
// of hand-made bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rookery::e2e {

struct AudioKind {
  int format = 0;  // as libsndfile counts, container and encoding; 0: WAV of 16-bit samples
  int sample_rate = 8000;
  int channels = 1;
};

// Digits of 0.2 s with pauses of 0.1 s, on the DTMF model's grid; another sequence for each seed.
// One channel.
std::vector<float> dialled_digits(double seconds, int sample_rate, std::uint32_t seed);

// The same samples go to every channel. Throws std::runtime_error if it can't be written.
void write_audio(const std::string& path, const AudioKind& kind, const std::vector<float>& mono);

// Digits in the default kind.
void write_digits(const std::string& path, double seconds, std::uint32_t seed = 1);

// A WAV file byte by byte, so that a header can say what it likes.
struct WavBytes {
  std::uint16_t encoding = 1;  // 1: integers, 3: floats
  std::uint16_t channels = 1;
  std::uint32_t sample_rate = 8000;
  std::uint16_t bits = 16;
  std::uint32_t promised_bytes = 0;  // of audio, as the header says; 0: what is there
  std::string data = {};
};
std::string to_bytes(const WavBytes& wav);

// 16-bit samples, little-endian, as a WAV file holds them.
std::string pcm16(const std::vector<float>& samples);

void write_bytes(const std::string& path, const std::string& bytes);
// Throws std::runtime_error if it can't be read.
std::string read_bytes(const std::string& path);

}  // namespace rookery::e2e
