#include "worker/decoders/flac_decoder.h"

#include <FLAC/stream_decoder.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "worker/decoders/header_time.h"

namespace rookery {
namespace {

struct DeleteStream {
  void operator()(FLAC__StreamDecoder* stream) const { FLAC__stream_decoder_delete(stream); }
};
using Stream = std::unique_ptr<FLAC__StreamDecoder, DeleteStream>;

// Of the tags of a recorder, as header_time.h has them.
std::optional<std::int64_t> told_origin(const FLAC__StreamMetadata_VorbisComment& tags) {
  const std::span comments(tags.comments, tags.num_comments);
  for (const auto& comment : comments) {
    const std::string_view tag(reinterpret_cast<const char*>(comment.entry), comment.length);
    const std::size_t value = tag.find('=') + 1;
    if (const auto time = comment_time(tag)) return time;
    if (const auto time = iso_time(tag.substr(value))) return time;
  }
  return std::nullopt;
}

class FlacDecoder final : public Decoder {
 public:
  explicit FlacDecoder(RegularFile& file) : file_(file) {}

  Status open() {
    if (restart() && header_.channels > 0) return Done{};
    const char* words =
        stream_ ? FLAC__stream_decoder_get_resolved_state_string(stream_.get()) : "out of memory";
    return Error{"probe", fmt::format("not audio that can be read: {}", words), ""};
  }

  const AudioHeader& header() const override { return header_; }

  bool restart() override {
    position_ = 0;
    forget();
    stream_.reset(FLAC__stream_decoder_new());
    return stream_ &&
           FLAC__stream_decoder_set_metadata_respond(stream_.get(),
                                                     FLAC__METADATA_TYPE_VORBIS_COMMENT) != 0 &&
           FLAC__stream_decoder_init_stream(stream_.get(), read_file, seek_file, tell, length,
                                            is_at_end, take_frame, take_metadata, take_error,
                                            this) == FLAC__STREAM_DECODER_INIT_STATUS_OK &&
           FLAC__stream_decoder_process_until_end_of_metadata(stream_.get()) != 0;
  }

  bool seek(std::int64_t frame) override {
    forget();
    const auto target = static_cast<FLAC__uint64>(frame);
    if (FLAC__stream_decoder_seek_absolute(stream_.get(), target) != 0) return true;
    FLAC__stream_decoder_flush(stream_.get());  // or it would never seek again
    return false;
  }

  std::int64_t read(std::span<float> interleaved) override {
    const std::size_t kept = std::min(interleaved.size(), kept_.size() - next_kept_);
    std::copy_n(kept_.begin() + static_cast<std::ptrdiff_t>(next_kept_), kept, interleaved.begin());
    next_kept_ += kept;
    wanted_ = interleaved.subspan(kept);
    while (!wanted_.empty() && !damaged_ && !is_over()) {
      if (FLAC__stream_decoder_process_single(stream_.get()) == 0) break;
    }
    const std::size_t done = interleaved.size() - std::exchange(wanted_, {}).size();
    return static_cast<std::int64_t>(done) / header_.channels;
  }

  std::optional<MissingPart> missing_after(std::int64_t frames) override {
    if (!is_told(header_.frames)) return std::nullopt;
    return missing_part(frames, header_.frames, header_.sample_rate);
  }

 private:
  static FlacDecoder& of(void* self) { return *static_cast<FlacDecoder*>(self); }

  static FLAC__StreamDecoderReadStatus read_file(const FLAC__StreamDecoder*, FLAC__byte* out,
                                                 std::size_t* bytes, void* self) {
    FlacDecoder& decoder = of(self);
    const std::int64_t got =
        decoder.file_.read_at(decoder.position_, std::as_writable_bytes(std::span(out, *bytes)));
    decoder.position_ += got;
    *bytes = static_cast<std::size_t>(got);
    return got > 0 ? FLAC__STREAM_DECODER_READ_STATUS_CONTINUE
                   : FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
  }

  static FLAC__StreamDecoderSeekStatus seek_file(const FLAC__StreamDecoder*, FLAC__uint64 position,
                                                 void* self) {
    of(self).position_ = static_cast<std::int64_t>(position);
    return FLAC__STREAM_DECODER_SEEK_STATUS_OK;
  }

  static FLAC__StreamDecoderTellStatus tell(const FLAC__StreamDecoder*, FLAC__uint64* position,
                                            void* self) {
    *position = static_cast<FLAC__uint64>(of(self).position_);
    return FLAC__STREAM_DECODER_TELL_STATUS_OK;
  }

  static FLAC__StreamDecoderLengthStatus length(const FLAC__StreamDecoder*, FLAC__uint64* bytes,
                                                void* self) {
    *bytes = static_cast<FLAC__uint64>(of(self).file_.size());
    return FLAC__STREAM_DECODER_LENGTH_STATUS_OK;
  }

  static FLAC__bool is_at_end(const FLAC__StreamDecoder*, void* self) {
    return static_cast<FLAC__bool>(of(self).position_ >= of(self).file_.size());
  }

  static FLAC__StreamDecoderWriteStatus take_frame(const FLAC__StreamDecoder*,
                                                   const FLAC__Frame* frame,
                                                   const FLAC__int32* const* samples, void* self) {
    of(self).take(frame->header, samples);
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
  }

  static void take_metadata(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* metadata,
                            void* self) {
    if (metadata->type == FLAC__METADATA_TYPE_VORBIS_COMMENT) {
      of(self).header_.origin_us = told_origin(metadata->data.vorbis_comment);
    }
    if (metadata->type != FLAC__METADATA_TYPE_STREAMINFO) return;
    const FLAC__StreamMetadata_StreamInfo& info = metadata->data.stream_info;
    of(self).bits_ = info.bits_per_sample;
    of(self).header_ = {
        static_cast<std::int64_t>(info.total_samples),
        static_cast<std::int32_t>(info.sample_rate),
        static_cast<std::int32_t>(info.channels),
        SeekKind::kExact,
        true,
        fmt::format("FLAC (Free Lossless Audio Codec), Signed {} bit PCM", info.bits_per_sample)};
  }

  static void take_error(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus, void* self) {
    of(self).damaged_ = true;
  }

  void forget() {
    kept_.clear();
    next_kept_ = 0;
    damaged_ = false;
  }

  bool is_over() const {
    return FLAC__stream_decoder_get_state(stream_.get()) >= FLAC__STREAM_DECODER_END_OF_STREAM;
  }

  // To where they are wanted; what is beyond that is kept for the next read. After an error the
  // samples are silence of libFLAC's, or stand elsewhere.
  void take(const FLAC__FrameHeader& frame, const FLAC__int32* const* samples) {
    const auto channels = static_cast<std::size_t>(header_.channels);
    damaged_ = damaged_ || frame.channels != channels || frame.bits_per_sample != bits_ ||
               static_cast<std::int32_t>(frame.sample_rate) != header_.sample_rate;
    if (damaged_) return;
    const std::size_t direct = std::min(frame.blocksize * channels, wanted_.size());
    interleave(samples, 0, wanted_.first(direct));
    wanted_ = wanted_.subspan(direct);
    kept_.resize(frame.blocksize * channels - direct);
    next_kept_ = 0;
    interleave(samples, direct / channels, kept_);
  }

  void interleave(const FLAC__int32* const* samples, std::size_t first,
                  std::span<float> out) const {
    const auto channels = static_cast<std::size_t>(header_.channels);
    const float scale = std::ldexp(1.0F, 1 - static_cast<int>(bits_));
    for (std::size_t c = 0; c < channels; ++c) {
      const FLAC__int32* in = samples[c] + first;
      for (std::size_t i = c; i < out.size(); i += channels) {
        out[i] = static_cast<float>(*in++) * scale;
      }
    }
  }

  RegularFile& file_;
  std::int64_t position_ = 0;
  Stream stream_;
  AudioHeader header_;
  unsigned bits_ = 0;        // of a sample
  bool damaged_ = false;     // at the place that was read last
  std::span<float> wanted_;  // by the read that is under way
  std::vector<float> kept_;
  std::size_t next_kept_ = 0;
};

}  // namespace

bool is_flac(RegularFile& file) {
  std::array<char, 4> head{};
  file.read_at(0, std::as_writable_bytes(std::span(head)));
  return std::memcmp(head.data(), "fLaC", 4) == 0;
}

Result<std::unique_ptr<Decoder>> open_flac_decoder(RegularFile& file) {
  auto decoder = std::make_unique<FlacDecoder>(file);
  if (Status opened = decoder->open(); !opened) return opened.error();
  return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace rookery
