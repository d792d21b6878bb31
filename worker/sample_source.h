// Mono samples of one recording at the model's rate, from any position.
//
// The samples of a segment must have the same bits whichever piece of the file was decoded with it,
// on whichever worker. So the recording is cut into fixed blocks of whole seconds, and a block is
// always made the same way, from the same stretch of the file (block and context) with a fresh
// resampler: a sample depends on the recording and its position alone.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <span>
#include <vector>

#include "rookery/recording.h"
#include "rookery/result.h"
#include "worker/audio_reader.h"
#include "worker/resampler.h"

namespace rookery {

struct SampleSettings {
  std::int32_t model_rate = 0;
  ChannelChoice channel;
  ResamplerQuality quality = ResamplerQuality::kHigh;
};

// kSeek: to the first frame to be read, with the pre-roll that this takes.
enum class SampleStage { kSeek, kDecode, kResample };
// Called as a source turns to a stage, for accounting time and for the beacon; may be empty.
using EnterStage = std::function<void(SampleStage)>;

// Not thread-safe; movable. Holds one open file and the blocks of the longest stretch read so far
// and one more, whatever the recording's length.
class SampleSource {
 public:
  // `properties` are those the probe found. Errors: those of AudioReader::open, and stage "decode"
  // if the file is no longer what was probed.
  static Result<SampleSource> open(const Recording& recording,
                                   const RecordingProperties& properties,
                                   const SampleSettings& settings, EnterStage enter_stage);

  // Length at the model's rate; samples at and beyond it are zero, as are those before 0.
  std::int64_t samples() const { return samples_; }

  // Fills `out` with samples [begin, begin + out.size()); begin may be negative. Errors: stage
  // "decode", "resample".
  Status read(std::int64_t begin, std::span<float> out);
  // From now on keeps at least so many samples of what was read last, for those who read a stretch
  // after another.
  void keep(std::int64_t samples);

 private:
  struct Block {
    std::int64_t index = 0;
    std::vector<float> samples;
  };

  SampleSource(AudioReader reader, const RecordingProperties& properties,
               const SampleSettings& settings, EnterStage enter_stage);

  std::int64_t block_samples() const { return block_seconds_ * rates_.target; }
  Result<const Block*> block(std::int64_t index);
  Result<Block> make_block(std::int64_t index);
  // Makes piece_ the mono samples of [begin_frame, end_frame), zero outside the recording.
  Status decode(std::int64_t begin_frame, std::int64_t end_frame);
  std::size_t take_from_tail(std::int64_t first, std::span<float> out) const;
  void keep_tail(std::int64_t first, std::span<const float> piece);
  void enter(SampleStage stage) const;

  AudioReader reader_;
  EnterStage enter_stage_;
  RatePair rates_;
  ResamplerQuality quality_;
  std::int64_t block_seconds_;
  std::int64_t frames_;
  std::int64_t samples_;
  std::size_t cached_blocks_ = 1;
  std::list<Block> recent_;  // most recently used first
  std::vector<float> piece_;
  std::vector<float> tail_;  // of the piece decoded last: frames from tail_begin_ on
  std::int64_t tail_begin_ = 0;
};

}  // namespace rookery
