#include "worker/prepare/probe_audio.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "worker/model_check.h"
#include "worker/recording_probe.h"
#include "worker/sample_source.h"

namespace rookery {
namespace {

// Enough for differences of single scores to show, few enough for slow models.
constexpr std::int64_t kSegments = 32;

Result<SampleSource> open(const std::string& path, const WorkerSettings& settings) {
  const Result<ChannelChoice> channel = parse_channel(settings.channel);
  if (!channel) return channel.error();
  const Result<ResamplerQuality> quality = parse_resampler_quality(settings.resampler);
  if (!quality) return quality.error();
  const Result<RecordingProperties> properties = probe_recording(path, *channel);
  if (!properties) return properties.error();
  return SampleSource::open({0, path, path}, *properties,
                            {settings.models.front().geometry.sample_rate, *channel, *quality},
                            nullptr);
}

// `count` segments from the recording's first sample to its last.
Status read_segments(const std::string& path, const WorkerSettings& settings, std::int64_t count,
                     std::vector<at::Tensor>& segments) {
  Result<SampleSource> source = open(path, settings);
  if (!source) return source.error();
  const std::int64_t length = settings.models.front().geometry.input_samples();
  const std::int64_t last_begin = std::max<std::int64_t>(source->samples() - length, 0);
  for (std::int64_t i = 0; i < count; ++i) {
    at::Tensor segment = at::empty({length}, at::kFloat);
    const std::int64_t begin = count == 1 ? 0 : last_begin * i / (count - 1);
    Status read =
        source->read(begin, {segment.data_ptr<float>(), static_cast<std::size_t>(length)});
    if (!read) return read;
    segments.push_back(std::move(segment));
  }
  return Done{};
}

std::vector<at::Tensor> in_batches(const std::vector<at::Tensor>& segments, std::int64_t rows) {
  std::vector<at::Tensor> batches;
  const std::int64_t count = std::ssize(segments);
  for (std::int64_t begin = 0; begin < count; begin += rows) {
    std::vector<at::Tensor> batch;
    // The last batch is filled up from the front: all batches have one shape.
    for (std::int64_t i = begin; i < begin + rows; ++i) {
      batch.push_back(segments[static_cast<std::size_t>(i % count)]);
    }
    batches.push_back(at::stack(batch));
  }
  return batches;
}

}  // namespace

Result<ProbeAudio> audio_of(const std::vector<std::string>& recordings,
                            const WorkerSettings& settings) {
  std::vector<at::Tensor> segments;
  const std::int64_t each = std::max<std::int64_t>(kSegments / std::ssize(recordings), 1);
  for (const std::string& path : recordings) {
    Status read = read_segments(path, settings, each, segments);
    if (!read) {
      const Error& error = read.error();
      return Error{error.stage, fmt::format("{}: {}", path, error.reason), error.remedy};
    }
  }
  return ProbeAudio{in_batches(segments, settings.models.front().batch_size),
                    fmt::format("{} segments of {} recording{}", segments.size(), recordings.size(),
                                recordings.size() == 1 ? "" : "s")};
}

ProbeAudio quiet_noise(const ModelSettings& settings) {
  return {{noise_waveform(settings.geometry, settings.batch_size)}, "quiet noise"};
}

}  // namespace rookery
