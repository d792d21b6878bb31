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

struct ProbeRow {
  at::Tensor samples;
  std::int64_t heard = 0;
};

std::size_t batch_rows(const ModelSettings& settings) {
  return static_cast<std::size_t>(settings.batch_size);
}

// One batch; two of a single row, for a state that goes on, or a length, to show.
std::int32_t noise_rows(const ModelSettings& settings) { return std::max(settings.batch_size, 2); }

// `count` segments from the recording's first sample to its last.
Status read_segments(const std::string& path, const WorkerSettings& settings, std::int64_t count,
                     std::vector<ProbeRow>& rows) {
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
    rows.push_back({std::move(segment), std::min(source->samples() - begin, length)});
  }
  return Done{};
}

// So that a length makes a difference.
void cut_every_second(std::vector<ProbeRow>& rows) {
  for (std::size_t i = 1; i < rows.size(); i += 2) {
    rows[i].heard = std::min(rows[i].heard, rows[i].samples.numel() / 2);
    rows[i].samples.narrow(0, rows[i].heard, rows[i].samples.numel() - rows[i].heard).zero_();
  }
}

std::vector<ProbeBatch> in_batches(std::vector<ProbeRow> rows, const ModelSettings& settings) {
  if (settings.takes_lengths) cut_every_second(rows);
  std::vector<ProbeBatch> batches;
  for (std::size_t begin = 0; begin < rows.size(); begin += batch_rows(settings)) {
    std::vector<at::Tensor> samples;
    ProbeBatch& batch = batches.emplace_back();
    // The last batch is filled up from the front: all batches have one shape.
    for (std::size_t i = begin; i < begin + batch_rows(settings); ++i) {
      const ProbeRow& row = rows[i % rows.size()];
      samples.push_back(row.samples);
      batch.heard.push_back(row.heard);
    }
    batch.waveform = at::stack(samples);
  }
  return batches;
}

}  // namespace

Result<ProbeAudio> audio_of(const std::vector<std::string>& recordings,
                            const WorkerSettings& settings) {
  std::vector<ProbeRow> rows;
  const std::int64_t each = std::max<std::int64_t>(kSegments / std::ssize(recordings), 1);
  for (const std::string& path : recordings) {
    Status read = read_segments(path, settings, each, rows);
    if (!read) {
      const Error& error = read.error();
      return Error{error.stage, fmt::format("{}: {}", path, error.reason), error.remedy};
    }
  }
  std::string description = fmt::format("{} segments of {} recording{}", rows.size(),
                                        recordings.size(), recordings.size() == 1 ? "" : "s");
  return ProbeAudio{in_batches(std::move(rows), settings.models.front()), std::move(description)};
}

ProbeAudio quiet_noise(const ModelSettings& settings) {
  const std::int64_t length = settings.geometry.input_samples();
  std::vector<ProbeRow> rows;
  for (const at::Tensor& row : noise_waveform(settings.geometry, noise_rows(settings)).unbind()) {
    rows.push_back({row, length});
  }
  return {in_batches(std::move(rows), settings), "quiet noise"};
}

}  // namespace rookery
