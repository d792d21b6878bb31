#include "worker/sample_source.h"

#include <algorithm>
#include <utility>

#include "rookery/sample_rate.h"

namespace rookery {
namespace {

// Short, so that a task decodes little beyond what it needs. Long where each block costs a new
// decoder and one second of pre-roll.
constexpr std::int64_t kBlockSeconds = 8;
constexpr std::int64_t kPrerollBlockSeconds = 32;

Status check_unchanged(const AudioHeader& header, const RecordingProperties& probed) {
  if (header.sample_rate == probed.sample_rate && header.channels == probed.channels) return Done{};
  return Error{"decode", "the file is no longer what it was when the job began", "run again"};
}

}  // namespace

Result<SampleSource> SampleSource::open(const Recording& recording,
                                        const RecordingProperties& properties,
                                        const SampleSettings& settings, EnterStage enter_stage) {
  if (enter_stage) enter_stage(SampleStage::kDecode);
  auto reader = AudioReader::open(recording.path, settings.channel);
  if (!reader) return reader.error();
  if (Status same = check_unchanged(reader->header(), properties); !same) return same.error();
  reader->correct_length(properties.frames);
  return SampleSource(std::move(*reader), properties, settings, std::move(enter_stage));
}

SampleSource::SampleSource(AudioReader reader, const RecordingProperties& properties,
                           const SampleSettings& settings, EnterStage enter_stage)
    : reader_(std::move(reader)),
      enter_stage_(std::move(enter_stage)),
      rates_{properties.sample_rate, settings.model_rate},
      quality_(settings.quality),
      block_seconds_(reader_.seek_kind() == SeekKind::kPreroll ? kPrerollBlockSeconds
                                                               : kBlockSeconds),
      frames_(properties.frames),
      samples_(samples_at_model_rate(frames_, rates_.source, rates_.target)) {}

Status SampleSource::read(std::int64_t begin, std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  const std::int64_t end = std::min(begin + static_cast<std::int64_t>(out.size()), samples_);
  std::int64_t position = std::max<std::int64_t>(begin, 0);
  if (position >= end) return Done{};
  const std::int64_t blocks = (end - 1) / block_samples() - position / block_samples() + 1;
  cached_blocks_ = std::max(cached_blocks_, static_cast<std::size_t>(blocks + 1));
  while (position < end) {
    const auto part = block(position / block_samples());
    if (!part) return part.error();
    const std::vector<float>& samples = (*part)->samples;
    const std::int64_t offset = position % block_samples();
    const std::int64_t count =
        std::min(end - position, static_cast<std::int64_t>(samples.size()) - offset);
    std::copy_n(samples.begin() + offset, count, out.begin() + (position - begin));
    position += count;
  }
  return Done{};
}

void SampleSource::keep(std::int64_t samples) {
  // A stretch may begin within one block and end within another.
  const std::int64_t blocks = samples / block_samples() + 2;
  cached_blocks_ = std::max(cached_blocks_, static_cast<std::size_t>(blocks + 1));
}

Result<const SampleSource::Block*> SampleSource::block(std::int64_t index) {
  const auto found =
      std::ranges::find_if(recent_, [&](const Block& block) { return block.index == index; });
  if (found != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, found);
    return &recent_.front();
  }
  auto made = make_block(index);
  if (!made) return made.error();
  recent_.push_front(std::move(*made));
  if (recent_.size() > cached_blocks_) recent_.pop_back();
  return &recent_.front();
}

Result<SampleSource::Block> SampleSource::make_block(std::int64_t index) {
  const std::int64_t begin_sample = index * block_samples();
  const std::int64_t begin_frame = index * block_seconds_ * rates_.source;
  const std::int64_t count = std::min(block_samples(), samples_ - begin_sample);
  const std::int64_t end_frame = std::min(begin_frame + block_seconds_ * rates_.source, frames_);
  if (rates_.source == rates_.target) {
    if (Status decoded = decode(begin_frame, end_frame); !decoded) return decoded.error();
    return Block{index, piece_};
  }
  // The context is a whole number of periods, so that sample 0 of the block falls on a sample of
  // the resampled piece. The piece has it on both sides at the recording's ends too, as silence.
  const std::int64_t context = context_frames(rates_);
  const std::int64_t lead = context / rates_.source_period() * rates_.target_period();
  if (Status decoded = decode(begin_frame - context, end_frame + context); !decoded) {
    return decoded.error();
  }
  enter(SampleStage::kResample);
  std::vector<float> resampled(static_cast<std::size_t>(lead + count));
  if (Status done = resample(rates_, quality_, piece_, resampled); !done) return done.error();
  resampled.erase(resampled.begin(), resampled.begin() + lead);
  return Block{index, std::move(resampled)};
}

Status SampleSource::decode(std::int64_t begin_frame, std::int64_t end_frame) {
  enter(SampleStage::kSeek);
  piece_.resize(static_cast<std::size_t>(end_frame - begin_frame));
  const std::int64_t first = std::max<std::int64_t>(begin_frame, 0);
  const std::int64_t last = std::min(end_frame, frames_);
  const std::span<float> inside = std::span(piece_).subspan(
      static_cast<std::size_t>(first - begin_frame), static_cast<std::size_t>(last - first));
  std::fill(piece_.data(), inside.data(), 0.0F);
  std::fill(inside.data() + inside.size(), piece_.data() + piece_.size(), 0.0F);
  const std::size_t known = take_from_tail(first, inside);
  const std::span<float> rest = inside.subspan(known);
  Status read = rest.empty() ? Done{} : reader_.go_to(first + static_cast<std::int64_t>(known));
  if (!read) return read;
  enter(SampleStage::kDecode);
  read = reader_.read_on(rest);
  if (!read) return read;
  keep_tail(first, inside);
  return Done{};
}

std::size_t SampleSource::take_from_tail(std::int64_t first, std::span<float> out) const {
  const std::int64_t offset = first - tail_begin_;
  const auto size = static_cast<std::int64_t>(tail_.size());
  if (offset < 0 || offset >= size) return 0;
  const auto count = std::min(static_cast<std::size_t>(size - offset), out.size());
  std::copy_n(tail_.begin() + offset, count, out.begin());
  return count;
}

// The end of one piece is the begin of the next. Where the bits depend on where decoding began,
// each piece must decode it for itself.
void SampleSource::keep_tail(std::int64_t first, std::span<const float> piece) {
  if (reader_.seek_kind() == SeekKind::kPreroll) return;
  const auto overlap = static_cast<std::size_t>(2 * context_frames(rates_));
  const std::size_t count = std::min(piece.size(), overlap);
  tail_.assign(piece.end() - static_cast<std::ptrdiff_t>(count), piece.end());
  tail_begin_ = first + static_cast<std::int64_t>(piece.size() - count);
}

void SampleSource::enter(SampleStage stage) const {
  if (enter_stage_) enter_stage_(stage);
}

}  // namespace rookery
