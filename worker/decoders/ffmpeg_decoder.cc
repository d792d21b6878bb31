#include "worker/decoders/ffmpeg_decoder.h"

extern "C" {
#include <libavutil/intreadwrite.h>
#include <libswresample/swresample.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "worker/decoders/ffmpeg_input.h"
#include "worker/decoders/packet_timeline.h"

namespace rookery {
namespace {

template <typename T, void (*release)(T**)>
struct Free {
  void operator()(T* object) const { release(&object); }
};
using Codec = std::unique_ptr<AVCodecContext, Free<AVCodecContext, avcodec_free_context>>;
using Packet = std::unique_ptr<AVPacket, Free<AVPacket, av_packet_free>>;
using Frame = std::unique_ptr<AVFrame, Free<AVFrame, av_frame_free>>;
using Converter = std::unique_ptr<SwrContext, Free<SwrContext, swr_free>>;

// Durations in containers are rounded, and may be those of the picture: less is no missing part.
constexpr double kDurationSeconds = 0.25;

// Seconds before the wanted packet at which a seek may have to aim, where the index is that of the
// picture, and the sound lies before or behind it.
constexpr std::array<std::int64_t, 4> kSeekMargins = {0, 2, 10, 60};

Codec start_codec(const FfmpegInput& input) {
  Codec codec(avcodec_alloc_context3(&input.codec()));
  if (!codec) return nullptr;
  if (avcodec_parameters_to_context(codec.get(), input.stream().codecpar) < 0) return nullptr;
  codec->pkt_timebase = input.stream().time_base;
  codec->thread_count = 1;
  codec->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;
  if (avcodec_open2(codec.get(), nullptr, nullptr) < 0) return nullptr;
  return codec;
}

// Samples that a frame does not count: at its begin (the encoder's delay) and its end (padding).
struct Trim {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

Trim trim_of(const AVFrame& frame) {
  const AVFrameSideData* data = av_frame_get_side_data(&frame, AV_FRAME_DATA_SKIP_SAMPLES);
  if (data == nullptr || data->size < 8) return {};
  return {AV_RL32(data->data), AV_RL32(data->data + 4)};
}

class FfmpegDecoder final : public Decoder {
 public:
  explicit FfmpegDecoder(RegularFile& file) : file_(file) {}

  Status open() {
    auto input = FfmpegInput::open(file_);
    if (!input) return input.error();
    input_ = std::move(*input);
    codec_ = start_codec(*input_);
    if (!codec_ || !packet_ || !frame_) {
      return Error{"probe", "the sound is in an encoding that cannot be read", ""};
    }
    if (!learn_begin()) {
      return Error{"probe", "not audio that can be read: no sample can be decoded", ""};
    }
    header_ = {told_frames(),
               frame_->sample_rate,
               frame_->ch_layout.nb_channels,
               timeline_.exact() ? SeekKind::kPreroll : SeekKind::kNone,
               false,
               input_->format(),
               input_->origin_us()};
    return start_converter();
  }

  const AudioHeader& header() const override { return header_; }

  bool restart() override {
    ready_.clear();
    at_begin_ = true;
    return true;
  }

  bool seek(std::int64_t frame) override {
    const std::int64_t target = frame + delay_;
    for (const std::int64_t margin : kSeekMargins) {
      const std::int64_t aim = std::max<std::int64_t>(0, target - margin * header_.sample_rate);
      if (!timeline_.exact() || !begin_at(aim)) return false;
      if (const auto position = skip_packets_before(target)) {
        position_ = *position;
        drop_until_ = target;
        return true;
      }
    }
    return false;
  }

  std::int64_t read(std::span<float> interleaved) override {
    if (at_begin_ && !go_to_begin()) return 0;
    std::size_t done = 0;
    while (done < interleaved.size()) {
      if (next_ready_ == ready_.size() && !decode_more()) break;
      const std::size_t count = std::min(interleaved.size() - done, ready_.size() - next_ready_);
      std::copy_n(ready_.begin() + static_cast<std::ptrdiff_t>(next_ready_), count,
                  interleaved.begin() + static_cast<std::ptrdiff_t>(done));
      next_ready_ += count;
      done += count;
    }
    return static_cast<std::int64_t>(done) / header_.channels;
  }

  std::optional<MissingPart> missing_after(std::int64_t frames) override {
    const auto tolerance = static_cast<std::int64_t>(kDurationSeconds * header_.sample_rate);
    if (header_.frames > frames + tolerance) {
      return missing_part(frames, header_.frames, header_.sample_rate);
    }
    if (read_result_ == AVERROR_EOF) return std::nullopt;
    return MissingPart{
        frames, frames,
        fmt::format("the file is cut or damaged here: {}", ffmpeg_words(read_result_))};
  }

 private:
  // Decodes up to the first frame that counts.
  bool learn_begin() {
    std::int64_t to_skip = 0;
    delay_ = 0;
    for (;;) {
      if (!receive_frame() || frame_->sample_rate <= 0) return false;
      to_skip = std::max(to_skip, trim_of(*frame_).begin);
      const bool counts = (frame_->flags & AV_FRAME_FLAG_DISCARD) == 0;
      if (counts && to_skip < frame_->nb_samples) break;
      to_skip = std::max<std::int64_t>(0, to_skip - frame_->nb_samples);
      delay_ += frame_->nb_samples;
    }
    delay_ += to_skip;
    timeline_ = PacketTimeline(input_->stream(), first_sent_pts_, frame_->sample_rate,
                               input_->is_matroska() ? frame_->nb_samples : 0, input_->is_mov());
    return true;
  }

  // Where timestamps jump, the container's duration has the gaps between samples in it, too. What
  // its table promises then is a little less than there is: the last packet may be a short one.
  std::int64_t told_frames() const {
    const std::int64_t by_duration = std::llround(input_->told_seconds() * frame_->sample_rate);
    if (!timeline_.jumps()) return by_duration;
    const std::int64_t by_table = (timeline_.table_packets() - 1) * frame_->nb_samples - delay_;
    return std::max<std::int64_t>(0, std::min(by_duration, by_table));
  }

  Status start_converter() {
    sample_format_ = frame_->format;
    SwrContext* converter = nullptr;
    swr_alloc_set_opts2(&converter, &frame_->ch_layout, AV_SAMPLE_FMT_FLT, frame_->sample_rate,
                        &frame_->ch_layout, static_cast<AVSampleFormat>(frame_->format),
                        frame_->sample_rate, 0, nullptr);
    converter_.reset(converter);
    if (converter != nullptr && swr_init(converter) >= 0) return Done{};
    return Error{"probe", "the sound has channels or samples of a kind that cannot be read", ""};
  }

  // A decoder of its own each time: one that is flushed keeps, for example, its noise generator.
  bool begin_at(std::int64_t position) {
    forget();
    codec_ = start_codec(*input_);
    return codec_ && input_->seek(timeline_.timestamp(position));
  }

  void forget() {
    at_begin_ = false;
    packet_is_next_ = false;
    delivered_ = false;
    ready_.clear();
    next_ready_ = 0;
    position_ = 0;
    drop_until_ = 0;
  }

  bool go_to_begin() {
    if (timeline_.exact() && begin_at(0) && skip_packets_before(0) == 0) return true;
    auto input = FfmpegInput::open(file_);
    if (!input) return false;
    codec_.reset();
    input_ = std::move(*input);
    forget();
    codec_ = start_codec(*input_);
    return codec_ != nullptr;
  }

  // Reads up to the packet that holds `target`, which is the next to be decoded, and returns where
  // it begins: decoding begins with a packet that the position alone determines.
  std::optional<std::int64_t> skip_packets_before(std::int64_t target) {
    for (;;) {
      read_result_ = input_->read(*packet_);
      if (read_result_ < 0) return std::nullopt;
      const auto position = timeline_.position(*packet_);
      if (!position || *position > target) return std::nullopt;
      if (*position + timeline_.length(*packet_) <= target) continue;
      packet_is_next_ = true;
      return position;
    }
  }

  // Decodes until there are samples that count.
  bool decode_more() {
    ready_.clear();
    next_ready_ = 0;
    while (ready_.empty()) {
      if (!receive_frame()) return false;
      if (frame_->format != sample_format_ || frame_->sample_rate != header_.sample_rate ||
          frame_->ch_layout.nb_channels != header_.channels) {
        read_result_ = AVERROR_INPUT_CHANGED;
        return false;
      }
      const bool counts = (frame_->flags & AV_FRAME_FLAG_DISCARD) == 0;
      if (counts || position_ < delay_) take_frame();
    }
    delivered_ = true;
    return true;
  }

  void take_frame() {
    const std::int64_t begin = position_;
    position_ += frame_->nb_samples;
    const std::int64_t from = std::max({begin, drop_until_, delay_});
    const std::int64_t end = position_ - trim_of(*frame_).end;
    if (from >= end) return;
    const auto channels = static_cast<std::size_t>(header_.channels);
    ready_.resize(static_cast<std::size_t>(frame_->nb_samples) * channels);
    auto* out = reinterpret_cast<std::uint8_t*>(ready_.data());
    const int made =
        swr_convert(converter_.get(), &out, frame_->nb_samples,
                    const_cast<const std::uint8_t**>(frame_->extended_data), frame_->nb_samples);
    if (made != frame_->nb_samples) return ready_.clear();
    ready_.resize(static_cast<std::size_t>(end - begin) * channels);
    next_ready_ = static_cast<std::size_t>(from - begin) * channels;
  }

  bool receive_frame() {
    for (;;) {
      const int result = avcodec_receive_frame(codec_.get(), frame_.get());
      if (result != AVERROR(EAGAIN)) return result == 0;
      if (!send_packet()) return false;
    }
  }

  bool send_packet() {
    if (!packet_is_next_) read_result_ = input_->read(*packet_);
    packet_is_next_ = false;
    if (read_result_ < 0) return avcodec_send_packet(codec_.get(), nullptr) == 0;
    if (first_sent_pts_ == AV_NOPTS_VALUE) first_sent_pts_ = packet_->pts;
    const int sent = avcodec_send_packet(codec_.get(), packet_.get());
    // What a packet builds on may lie before the place where decoding began.
    if (sent >= 0 || !delivered_) return true;
    read_result_ = sent;
    return false;
  }

  RegularFile& file_;
  std::unique_ptr<FfmpegInput> input_;
  Codec codec_;
  Packet packet_{av_packet_alloc()};
  Frame frame_{av_frame_alloc()};
  Converter converter_;
  AudioHeader header_;
  PacketTimeline timeline_;
  int sample_format_ = 0;
  std::int64_t delay_ = 0;  // samples of the encoder's before the first that counts
  std::int64_t first_sent_pts_ = AV_NOPTS_VALUE;
  bool at_begin_ = true;         // the next frame read is the first, and nothing is set up for it
  bool packet_is_next_ = false;  // packet_ was read, but not decoded
  bool delivered_ = false;       // samples came since decoding began here
  int read_result_ = 0;
  std::int64_t position_ = 0;  // of the next sample that will be decoded
  std::int64_t drop_until_ = 0;
  std::vector<float> ready_;
  std::size_t next_ready_ = 0;
};

}  // namespace

Result<std::unique_ptr<Decoder>> open_ffmpeg_decoder(RegularFile& file) {
  auto decoder = std::make_unique<FfmpegDecoder>(file);
  if (Status opened = decoder->open(); !opened) return opened.error();
  return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace rookery
