#include "supervisor/bench/generated_audio.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <random>
#include <system_error>

#include "supervisor/atomic_file.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kHeaderBytes = 44;
constexpr std::int64_t kLargestData = 0xFFFF'FFFFLL - kHeaderBytes;
constexpr std::array kLowTonesHz = {697.0, 770.0, 852.0, 941.0};
constexpr std::array kHighTonesHz = {1209.0, 1336.0, 1477.0, 1633.0};
constexpr double kToneAmplitude = 0.2;
constexpr double kNoiseAmplitude = 0.02;
constexpr double kToneSeconds = 0.2;
constexpr double kTonePause = 0.1;

std::int64_t data_bytes(const AudioOrder& order) { return order.frames * order.channels * 2; }

template <class Integer>
void put(std::string& bytes, Integer value) {
  for (std::size_t byte = 0; byte < sizeof(value); ++byte) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * byte) & 0xFFU);
  }
}

std::string header(const AudioOrder& order) {
  const auto rate = static_cast<std::uint32_t>(order.sample_rate);
  const auto frame_bytes = static_cast<std::uint16_t>(2 * order.channels);
  std::string bytes = "RIFF";
  put(bytes, static_cast<std::uint32_t>(data_bytes(order) + kHeaderBytes - 8));
  bytes += "WAVEfmt ";
  put(bytes, std::uint32_t{16});
  put(bytes, std::uint16_t{1});  // integers
  put(bytes, static_cast<std::uint16_t>(order.channels));
  put(bytes, rate);
  put(bytes, rate * frame_bytes);
  put(bytes, frame_bytes);
  put(bytes, std::uint16_t{16});
  bytes += "data";
  put(bytes, static_cast<std::uint32_t>(data_bytes(order)));
  return bytes;
}

// One recording's samples, frame by frame.
class Sound {
 public:
  Sound(const AudioOrder& order, std::int32_t number)
      : order_(order),
        random_(static_cast<std::uint64_t>(order.seed) * 1'000'003 +
                static_cast<std::uint64_t>(number)) {}

  void add_frame(std::string& bytes) {
    const double sample_rate = order_.sample_rate;
    const double within =
        std::fmod(static_cast<double>(frame_) / sample_rate, kToneSeconds + kTonePause);
    if (within < 1 / sample_rate) choose_tones();
    double tones = 0;
    if (within < kToneSeconds) {
      tones = std::sin(low_ * within) + std::sin(high_ * within);
    }
    ++frame_;
    for (std::int32_t channel = 0; channel < order_.channels; ++channel) {
      const double noise = static_cast<double>(random_() >> 11) / 4503599627370496.0 - 1;
      const double sample = kToneAmplitude * tones + kNoiseAmplitude * noise;
      put(bytes, static_cast<std::uint16_t>(std::lround(sample * 32767)));
    }
  }

 private:
  void choose_tones() {
    low_ = 2 * std::numbers::pi * kLowTonesHz.at(random_() % 4);
    high_ = 2 * std::numbers::pi * kHighTonesHz.at(random_() % 4);
  }

  AudioOrder order_;
  std::mt19937_64 random_;
  std::int64_t frame_ = 0;
  double low_ = 0;
  double high_ = 0;
};

Status write_recording(const AudioOrder& order, std::int32_t number, const std::string& path,
                       const std::function<bool()>& stop) {
  auto file = AtomicFile::create(path);
  if (!file) return file.error();
  constexpr std::int64_t frames_at_once = 16'384;
  Sound sound(order, number);
  std::string bytes = header(order);
  for (std::int64_t frame = 0; frame < order.frames; ++frame) {
    sound.add_frame(bytes);
    if (frame % frames_at_once != frames_at_once - 1) continue;
    if (stop()) return Error{"bench", "making recordings was interrupted", ""};
    if (Status written = file->write(bytes); !written) return written;
    bytes.clear();
  }
  if (Status written = file->write(bytes); !written) return written;
  return file->commit();
}

}  // namespace

Result<std::vector<std::string>> generate_audio(const AudioOrder& order, const std::string& folder,
                                                const std::function<bool()>& stop) {
  if (data_bytes(order) > kLargestData) {
    return Error{"config", "inputs.generated: a WAV file cannot be so long",
                 "fewer minutes, a lower sample_rate or more files"};
  }
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) return system_error("bench", folder, "made", code.value());
  std::vector<std::string> paths;
  for (std::int32_t number = 0; number < order.count; ++number) {
    paths.push_back(fmt::format("{}/recording-{:05}.wav", folder, number + 1));
    if (fs::exists(paths.back(), code)) continue;
    const Status written = write_recording(order, number, paths.back(), stop);
    if (!written) return written.error();
  }
  return paths;
}

}  // namespace rookery
