#include "tests/e2e/recordings.h"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numbers>
#include <random>
#include <stdexcept>

namespace rookery::e2e {
namespace {

constexpr std::array kLowTonesHz = {697.0, 770.0, 852.0, 941.0};
constexpr std::array kHighTonesHz = {1209.0, 1336.0, 1477.0, 1633.0};

void append_little_endian(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::vector<float> in_every_channel(const std::vector<float>& mono, int channels) {
  std::vector<float> interleaved;
  interleaved.reserve(mono.size() * static_cast<std::size_t>(channels));
  for (const float sample : mono) {
    interleaved.insert(interleaved.end(), static_cast<std::size_t>(channels), sample);
  }
  return interleaved;
}

}  // namespace

std::vector<float> dialled_digits(double seconds, int sample_rate, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto count = static_cast<std::size_t>(std::llround(seconds * sample_rate));
  const std::size_t step = static_cast<std::size_t>(sample_rate) / 10;
  std::vector<float> samples(count, 0.0F);
  for (std::size_t begin = step; begin + 2 * step <= count; begin += 3 * step) {
    const double low = kLowTonesHz.at(random() % 4);
    const double high = kHighTonesHz.at(random() % 4);
    for (std::size_t i = 0; i < 2 * step; ++i) {
      const double t = 2 * std::numbers::pi * static_cast<double>(i) / sample_rate;
      samples[begin + i] = static_cast<float>(0.3 * (std::sin(low * t) + std::sin(high * t)));
    }
  }
  return samples;
}

void write_audio(const std::string& path, const AudioKind& kind, const std::vector<float>& mono) {
  SF_INFO info{};
  info.format = kind.format != 0 ? kind.format : SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  info.samplerate = kind.sample_rate;
  info.channels = kind.channels;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) throw std::runtime_error(path + ": " + sf_strerror(nullptr));
  const std::vector<float> samples = in_every_channel(mono, kind.channels);
  const auto frames = static_cast<sf_count_t>(mono.size());
  // In pieces: Vorbis encoders keep a piece on the stack.
  sf_count_t done = 0;
  for (sf_count_t count = 1; done < frames && count > 0; done += count) {
    const sf_count_t piece = std::min<sf_count_t>(4096, frames - done);
    count = sf_writef_float(file, samples.data() + done * kind.channels, piece);
  }
  if (sf_close(file) != 0 || done != frames) throw std::runtime_error("can't write " + path);
}

void write_digits(const std::string& path, double seconds, std::uint32_t seed) {
  const AudioKind kind;
  write_audio(path, kind, dialled_digits(seconds, kind.sample_rate, seed));
}

std::string to_bytes(const WavBytes& wav) {
  const auto present = static_cast<std::uint32_t>(wav.data.size());
  const std::uint32_t promised = wav.promised_bytes != 0 ? wav.promised_bytes : present;
  const std::uint32_t frame_bytes = std::uint32_t{wav.channels} * wav.bits / 8;
  std::string bytes = "RIFF";
  append_little_endian(bytes, promised + 36, 4);
  bytes += "WAVEfmt ";
  append_little_endian(bytes, 16, 4);
  append_little_endian(bytes, wav.encoding, 2);
  append_little_endian(bytes, wav.channels, 2);
  append_little_endian(bytes, wav.sample_rate, 4);
  append_little_endian(bytes, wav.sample_rate * frame_bytes, 4);
  append_little_endian(bytes, frame_bytes, 2);
  append_little_endian(bytes, wav.bits, 2);
  bytes += "data";
  append_little_endian(bytes, promised, 4);
  return bytes + wav.data;
}

std::string pcm16(const std::vector<float>& samples) {
  std::string bytes;
  for (const float sample : samples) {
    const auto value = static_cast<std::int16_t>(std::lround(sample * 32767.0F));
    append_little_endian(bytes, static_cast<std::uint16_t>(value), 2);
  }
  return bytes;
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.flush();
  if (!file) throw std::runtime_error("can't write " + path);
}

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace rookery::e2e
