#include "worker/audio_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "rookery/run_config.h"
#include "worker/decoders/open_decoder.h"
#include "worker/mono_mix.h"

namespace rookery {
namespace {

constexpr std::int64_t kChunkFrames = 4096;

// Pre-roll before the first frame wanted. MP3 needs its bit reservoir (up to 9 frames) and overlap,
// Opus converges in well under half a second, Vorbis needs one block.
constexpr std::int64_t kPrerollSeconds = 1;
// Decoding also begins at least so far before the end: libsndfile misjudges the position after a
// seek into the last page of a Vorbis stream.
constexpr std::int64_t kEndSeconds = 10;

Error probe_error(std::string reason) { return {"probe", std::move(reason), ""}; }

Error decode_error(std::int64_t frame, std::int32_t sample_rate, const std::string& what) {
  const double second = static_cast<double>(frame) / sample_rate;
  return {"decode", fmt::format("{} at frame {} ({:.3f} s)", what, frame, second), ""};
}

}  // namespace

Result<ChannelChoice> parse_channel(const std::string& text) {
  if (text == "mix" || text == kEachChannel) return ChannelChoice{};
  std::int32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stop != end || number < 1 || number > kMaxChannels) {
    return Error{"config",
                 fmt::format("channel is '{}', but must be mix, each or a number from 1 to {}",
                             text, kMaxChannels),
                 ""};
  }
  return ChannelChoice{number};
}

Result<AudioReader> AudioReader::open(const std::string& path, ChannelChoice channel) {
  auto file = RegularFile::open(path);
  if (!file) return file.error();
  auto decoder = open_decoder(**file);
  if (auto unread = (*file)->read_error("probe")) return *std::move(unread);
  if (!decoder) return decoder.error();
  AudioReader reader(std::move(*file), std::move(*decoder), channel);
  if (Status checked = reader.check_header(); !checked) return checked.error();
  const std::int64_t chunk_samples = kChunkFrames * reader.header_.channels;
  reader.interleaved_.resize(static_cast<std::size_t>(chunk_samples));
  return reader;
}

AudioReader::AudioReader(std::unique_ptr<RegularFile> file, std::unique_ptr<Decoder> decoder,
                         ChannelChoice channel)
    : file_(std::move(file)),
      decoder_(std::move(decoder)),
      header_(decoder_->header()),
      seek_kind_(header_.seek_kind),
      channel_(channel) {}

Status AudioReader::check_header() const {
  if (header_.channels < 1 || header_.channels > kMaxChannels) {
    return probe_error(fmt::format("the header says {} channels; 1 to {} can be processed",
                                   header_.channels, kMaxChannels));
  }
  if (header_.sample_rate < kMinSampleRate || header_.sample_rate > kMaxSampleRate) {
    return probe_error(
        fmt::format("the header says a sample rate of {} Hz; {} to {} Hz can be processed",
                    header_.sample_rate, kMinSampleRate, kMaxSampleRate));
  }
  if (channel_.number > header_.channels) {
    return probe_error(fmt::format("channel {} was asked for, but the recording has {}",
                                   channel_.number, header_.channels));
  }
  return Done{};
}

void AudioReader::correct_length(std::int64_t frames) {
  if (frames == header_.frames) return;
  if (header_.seeks_by_frames) seek_kind_ = SeekKind::kNone;
  header_.frames = frames;
}

std::optional<MissingPart> AudioReader::missing_after(std::int64_t frames) {
  position_ = -1;
  return decoder_->missing_after(frames);
}

std::int64_t AudioReader::preroll_begin(std::int64_t frame) const {
  const std::int64_t rate = header_.sample_rate;
  return std::max<std::int64_t>(
      0, std::min(frame - kPrerollSeconds * rate, header_.frames - kEndSeconds * rate));
}

Status AudioReader::go_near(std::int64_t frame) {
  if (seek_kind_ == SeekKind::kExact) return frame == position_ ? Done{} : seek_to(frame);
  // A decoder with state begins as a new one each time, or its bits would depend on what it read
  // before.
  if (seek_kind_ == SeekKind::kPreroll || position_ < 0 || frame < position_) {
    if (Status started = restart(); !started) return started;
  }
  const std::int64_t begin = seek_kind_ == SeekKind::kPreroll ? preroll_begin(frame) : 0;
  if (begin > 0 && !seek_to(begin)) {
    // A container without an index, for example: then the first frame is where decoding begins.
    return restart();
  }
  return Done{};
}

Status AudioReader::go_to(std::int64_t frame) { return as_read(decode_to(frame)); }

Status AudioReader::decode_to(std::int64_t frame) {
  if (Status near = go_near(frame); !near) return near;
  while (position_ < frame) {
    if (read_frames(std::min(kChunkFrames, frame - position_)) == 0) return short_read();
  }
  return Done{};
}

Status AudioReader::restart() {
  position_ = decoder_->restart() ? 0 : -1;
  if (position_ == 0) return Done{};
  return decode_error(0, header_.sample_rate, "the file cannot be opened any more");
}

Status AudioReader::seek_to(std::int64_t frame) {
  position_ = decoder_->seek(frame) ? frame : -1;
  if (position_ == frame) return Done{};
  return decode_error(frame, header_.sample_rate, "the file ends or is damaged before");
}

Error AudioReader::short_read() {
  const std::int64_t frame = std::exchange(position_, -1);
  return decode_error(frame, header_.sample_rate, "the file ends or is damaged");
}

std::int64_t AudioReader::read_frames(std::int64_t frames) {
  const std::int64_t samples = frames * header_.channels;
  const std::int64_t got =
      decoder_->read(std::span(interleaved_).first(static_cast<std::size_t>(samples)));
  position_ += got;
  return got;
}

Status AudioReader::read_mono(std::int64_t begin_frame, std::span<float> out) {
  Status there = go_to(begin_frame);
  return there ? read_on(out) : there;
}

Status AudioReader::read_on(std::span<float> out) { return as_read(decode_mono(out)); }

Status AudioReader::as_read(Status decoded) const {
  auto unread = read_error("decode");
  return unread ? *std::move(unread) : std::move(decoded);
}

Status AudioReader::decode_mono(std::span<float> out) {
  while (!out.empty()) {
    const std::int64_t first_frame = position_;
    const std::int64_t wanted = std::min(kChunkFrames, static_cast<std::int64_t>(out.size()));
    if (read_frames(wanted) < wanted) return short_read();
    const std::span<float> part = out.first(static_cast<std::size_t>(wanted));
    const std::size_t finite = mix_to_mono(interleaved_, header_.channels, channel_.number, part);
    if (finite < part.size()) {
      return decode_error(first_frame + static_cast<std::int64_t>(finite), header_.sample_rate,
                          "a sample that is no finite number");
    }
    out = out.subspan(part.size());
  }
  return Done{};
}

std::int64_t AudioReader::find_end(std::int64_t frame) {
  position_ = -1;  // the decoder may have met an error before
  if (!restart() || !go_near(frame)) return 0;
  const std::int64_t begin = position_;
  while (read_frames(kChunkFrames) > 0) continue;
  const std::int64_t end = std::exchange(position_, -1);
  const bool is_end = end > frame || (end > begin && !header_.seeks_by_frames);
  return is_end ? end : 0;
}

}  // namespace rookery
