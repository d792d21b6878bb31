#include <fmt/format.h>

#include "supervisor/model_card/card_sections.h"
#include "supervisor/model_card/card_words.h"

namespace rookery {
namespace {

constexpr std::int64_t kMaxSamples = 1 << 20;
constexpr std::int64_t kMaxVocabulary = 1 << 20;  // a sample is a float of 24 bits
constexpr double kSmallest = 1e-30;               // still a normal number as a float

Kind<double> magnitude_or_power() {
  Kind<double> kind = real_number(1, 2);
  kind.allowed = "1 (magnitude) or 2 (power)";
  kind.read = [read = kind.read](const YAML::Node& node) {
    const auto value = read(node);
    return value == 1.0 || value == 2.0 ? value : std::nullopt;
  };
  return kind;
}

void read_transform(CardMap& map, LogMelParameters& mel) {
  const auto samples = whole_number<std::int32_t>(1, kMaxSamples);
  mel.n_fft = map.require("n_fft", samples);
  mel.win = map.get("win", whole_number<std::int32_t>(1, mel.n_fft), mel.n_fft);
  mel.hop = map.require("hop", samples);
  mel.power = map.get("power", magnitude_or_power(), mel.power);
  mel.center = map.get("center", boolean(), mel.center);
  mel.pad_mode = map.get("pad_mode", choice(kPadModeWords), mel.pad_mode);
  mel.frames = map.get("frames", whole_number<std::int32_t>(0, kMaxSamples), mel.frames);
}

void read_mel_scale(CardMap& map, LogMelParameters& mel, double nyquist_hz) {
  mel.n_mels = map.require("n_mels", whole_number<std::int32_t>(1, 4096));
  mel.f_min = map.get("f_min", real_number(0, nyquist_hz), mel.f_min);
  mel.f_max = map.get("f_max", real_number(0, nyquist_hz), mel.f_max);
  mel.mel = map.get("mel", choice(kMelScaleWords), mel.mel);
  mel.norm = map.get("norm", choice(kMelNormWords), mel.norm);
  const double highest_hz = mel.f_max > 0 ? mel.f_max : nyquist_hz;
  if (mel.f_min >= highest_hz) {
    map.report("f_min", fmt::format("{} Hz is not below f_max, {} Hz", mel.f_min, highest_hz));
  }
}

void read_logarithm(CardMap& map, LogMelParameters& mel) {
  const Kind<double> positive = real_number(kSmallest, 1e30);
  mel.log = map.get("log", choice(kLogWords), mel.log);
  mel.floor = map.get("floor", positive, mel.floor);
  mel.reference = map.get("reference", positive, mel.reference);
  mel.top_db = map.get("top_db", real_number(0, 1000), mel.top_db);
  if (mel.log == LogKind::kNone && map.has("floor")) {
    map.report("floor", "means nothing with log: none");
  }
  for (const char* key : {"reference", "top_db"}) {
    if (mel.log != LogKind::kDb && map.has(key)) map.report(key, "means nothing without log: db");
  }
}

// Frames that the transform gives for one segment, as librosa and torchaudio count them.
std::int64_t frames_of(const LogMelParameters& mel, std::int64_t input_samples) {
  if (mel.center) return 1 + input_samples / mel.hop;
  return input_samples < mel.n_fft ? 0 : 1 + (input_samples - mel.n_fft) / mel.hop;
}

void check_against_input(CardMap& map, const LogMelParameters& mel, std::int64_t input_samples) {
  if (mel.n_fft == 0 || mel.hop == 0) return;  // missing, and reported
  const bool reflects = mel.center && mel.pad_mode == PadMode::kReflect;
  const std::int64_t frames = frames_of(mel, input_samples);
  if (frames == 0 || (reflects && mel.n_fft / 2 >= input_samples)) {
    map.report("n_fft", fmt::format("{} is too long for segments of {} samples with their context",
                                    mel.n_fft, input_samples));
  } else if (mel.frames > frames) {
    map.report("frames",
               fmt::format("{} is more than the {} frames that a segment has", mel.frames, frames));
  }
}

}  // namespace

FrontEndParameters read_front_end(CardMap front_end, const SegmentGeometry& geometry) {
  FrontEndParameters parameters;
  parameters.type = front_end.require("type", choice(kFrontEndWords));
  if (parameters.type == FrontEndType::kLogMel) {
    LogMelParameters& mel = parameters.log_mel;
    read_transform(front_end, mel);
    read_mel_scale(front_end, mel, geometry.sample_rate / 2.0);
    read_logarithm(front_end, mel);
    mel.layout = front_end.get("layout", choice(kLayoutWords), mel.layout);
    check_against_input(front_end, mel, geometry.input_samples());
  }
  if (parameters.type == FrontEndType::kTokens) {
    parameters.vocabulary =
        front_end.require("vocabulary", whole_number<std::int32_t>(1, kMaxVocabulary));
  }
  front_end.refuse_unknown_keys();
  return parameters;
}

}  // namespace rookery
