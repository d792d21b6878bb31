// What a model hears of a recording, batch by batch.
#pragma once

#include <ATen/core/Tensor.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "rookery/recording.h"
#include "rookery/result.h"
#include "rookery/task.h"
#include "worker/audio_reader.h"
#include "worker/resampler.h"
#include "worker/sample_source.h"
#include "worker/stage_meter.h"

namespace rookery {

bool is_left_out(const ModelWork& work, const Segment& segment);

// Keeps the recording that was read last open for the next batch. Models of one sample rate share
// what is decoded and resampled. Not thread-safe; any thread may use it, one at a time.
class BatchReader {
 public:
  BatchReader(ChannelChoice channel, ResamplerQuality quality)
      : channel_(channel), quality_(quality) {}
  BatchReader(const BatchReader&) = delete;
  BatchReader& operator=(const BatchReader&) = delete;

  // [rows, input samples] of a batch of one of the task's parts; zeros in rows that are left out.
  // Tells the meter each segment and stage. Errors: stage "open", "probe", "decode", "resample".
  Result<at::Tensor> read(const Task& task, std::size_t part, const Batch& batch,
                          const SegmentGeometry& geometry, StageMeter& meter);

 private:
  // What of a recording a model hears.
  struct Heard {
    std::int32_t sample_rate = 0;
    std::int32_t channel = 0;  // as PassKey has it

    // clang-tidy 14 takes the operator for a null pointer.
    auto operator<=>(const Heard&) const = default;  // NOLINT(modernize-use-nullptr)
  };
  struct OpenRecording {
    Recording recording;
    RecordingProperties properties;
    std::map<Heard, SampleSource> sources;
  };

  Result<SampleSource*> source_for(const Task& task, const Heard& heard);
  void enter(SampleStage stage);

  ChannelChoice channel_;
  ResamplerQuality quality_;
  std::optional<OpenRecording> open_;
  StageMeter* meter_ = nullptr;  // of the read under way
};

}  // namespace rookery
