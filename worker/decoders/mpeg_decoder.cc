#include "worker/decoders/mpeg_decoder.h"

#include <fmt/format.h>
#include <mpg123.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "worker/decoders/header_time.h"
#include "worker/decoders/mpeg_headers.h"

namespace rookery {
namespace {

// Behind the last frame: two of the longest, one that a tag does not count and one that is cut.
// Whatever is longer is told; at 16 kbit/s it is two seconds.
constexpr std::int64_t kLongestRest = 4'096;

// Places of frames that are kept; every 1024th of a recording of a day, 300 KB apart.
constexpr long kIndexSize = 4'096;

struct DeleteHandle {
  void operator()(mpg123_handle* handle) const { mpg123_delete(handle); }
};
using Handle = std::unique_ptr<mpg123_handle, DeleteHandle>;

// Reads a file for libmpg123, which keeps its address.
struct Cursor {
  RegularFile& file;
  std::int64_t position = 0;
};

ssize_t read_for_mpg123(void* user_data, void* out, std::size_t bytes) {
  Cursor& cursor = *static_cast<Cursor*>(user_data);
  const auto got = cursor.file.read_at(cursor.position, {static_cast<std::byte*>(out), bytes});
  cursor.position += got;
  return got;
}

off_t seek_for_mpg123(void* user_data, off_t offset, int whence) {
  Cursor& cursor = *static_cast<Cursor*>(user_data);
  const std::int64_t base = whence == SEEK_CUR   ? cursor.position
                            : whence == SEEK_END ? cursor.file.size()
                                                 : 0;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return -1;
  cursor.position = target;
  return target;
}

struct Format {
  std::int32_t sample_rate = 0;
  std::int32_t channels = 0;
};

constexpr long kDecoding =
    MPG123_QUIET | MPG123_FORCE_FLOAT | MPG123_GAPLESS | MPG123_NO_FRANKENSTEIN;

// Reads up to the first frame. On failure the handle tells why.
std::optional<Format> start(mpg123_handle* handle, Cursor& cursor, long flags) {
  cursor.position = 0;
  mpg123_param(handle, MPG123_REMOVE_FLAGS, MPG123_AUTO_RESAMPLE, 0);
  mpg123_param(handle, MPG123_ADD_FLAGS, flags, 0);
  mpg123_param(handle, MPG123_INDEX_SIZE, kIndexSize, 0);
  mpg123_replace_reader_handle(handle, read_for_mpg123, seek_for_mpg123, nullptr);
  long rate = 0;
  int channels = 0;
  int encoding = 0;
  if (mpg123_open_handle(handle, &cursor) != MPG123_OK) return std::nullopt;
  if (mpg123_getformat(handle, &rate, &channels, &encoding) != MPG123_OK) return std::nullopt;
  if (mpg123_format_none(handle) != MPG123_OK) return std::nullopt;
  if (mpg123_format(handle, rate, channels, MPG123_ENC_FLOAT_32) != MPG123_OK) return std::nullopt;
  return Format{static_cast<std::int32_t>(rate), channels};
}

// The recording time of an ID3v2.4 tag.
std::optional<std::int64_t> told_origin(RegularFile& file) {
  const Handle handle(mpg123_new(nullptr, nullptr));
  Cursor cursor{file};
  mpg123_id3v1* old_tag = nullptr;
  mpg123_id3v2* tag = nullptr;
  if (!handle || !start(handle.get(), cursor, kDecoding) ||
      mpg123_id3(handle.get(), &old_tag, &tag) != MPG123_OK || tag == nullptr) {
    return std::nullopt;
  }
  for (const mpg123_text& text : std::span(tag->text, tag->texts)) {
    if (std::memcmp(text.id, "TDRC", sizeof text.id) != 0 || text.text.fill == 0) continue;
    return iso_time({text.text.p, text.text.fill - 1});
  }
  return std::nullopt;
}

// Every so many frames' place in the file, as far as libmpg123 has come.
struct FrameIndex {
  std::vector<off_t> offsets;
  off_t step = 0;
};

FrameIndex index_of(mpg123_handle* handle) {
  off_t* offsets = nullptr;
  FrameIndex index;
  std::size_t count = 0;
  if (mpg123_index(handle, &offsets, &index.step, &count) != MPG123_OK) return {};
  if (count > 0) index.offsets.assign(offsets, offsets + count);
  return index;
}

class MpegDecoder final : public Decoder {
 public:
  explicit MpegDecoder(RegularFile& file) : cursor_{file} {}

  Status open() {
    if (!restart()) {
      const char* words = handle_ ? mpg123_strerror(handle_.get()) : "out of memory";
      return Error{"probe", fmt::format("not audio that can be read: {}", words), ""};
    }
    mpg123_frameinfo info{};
    mpg123_info(handle_.get(), &info);
    header_ = {
        mpg123_length(handle_.get()),
        format_.sample_rate,
        format_.channels,
        SeekKind::kPreroll,
        false,
        "MPEG-1/2 Audio, MPEG Layer " + std::string(static_cast<std::size_t>(info.layer), 'I'),
        told_origin(cursor_.file)};
    return Done{};
  }

  const AudioHeader& header() const override { return header_; }

  // A handle of its own each time: one that sought would keep the state of its filters.
  bool restart() override {
    const FrameIndex known = handle_ ? index_of(handle_.get()) : FrameIndex{};
    handle_.reset(mpg123_new(nullptr, nullptr));
    ended_ = false;
    if (!handle_) return false;
    const auto format = start(handle_.get(), cursor_, kDecoding | MPG123_SKIP_ID3V2);
    if (!format) return false;
    format_ = *format;
    if (known.offsets.size() < 2) return true;
    std::vector<off_t> offsets = known.offsets;
    mpg123_set_index(handle_.get(), offsets.data(), known.step, offsets.size());
    // An index that was set has room for no more, and thins itself out instead.
    return mpg123_param(handle_.get(), MPG123_INDEX_SIZE, kIndexSize, 0) == MPG123_OK;
  }

  bool seek(std::int64_t frame) override {
    ended_ = false;
    return mpg123_seek(handle_.get(), frame, SEEK_SET) == frame;
  }

  std::int64_t read(std::span<float> interleaved) override {
    std::size_t done = 0;
    // Whatever ends it, what was decoded before is there. It would go on behind what it cannot
    // read.
    if (ended_) return 0;
    ended_ = mpg123_read(handle_.get(), interleaved.data(), interleaved.size_bytes(), &done) !=
             MPG123_OK;
    return static_cast<std::int64_t>(done / sizeof(float)) / header_.channels;
  }

  std::optional<MissingPart> missing_after(std::int64_t frames) override {
    const bool is_told = has_length_tag();
    if (is_told) {
      auto missing = missing_part(frames, header_.frames, header_.sample_rate);
      if (missing) return missing;
    }
    const LastFrame last = last_frame(frames);
    if (last.end <= 0) return std::nullopt;
    RegularFile& file = cursor_.file;
    const std::int64_t next = behind_tags(file, last.end);
    const std::uint32_t word = mpeg_header_at(file, next);
    if (!is_mpeg_header(word)) {
      if (!has_mpeg_frames_near(file, next)) return std::nullopt;
      return MissingPart{frames, frames,
                         "audio follows behind bytes that are none, and is not read"};
    }
    if (bytes_without_tags(file, next) > kLongestRest) {
      return MissingPart{frames, frames, "another stream follows in the file, which is not read"};
    }
    // Of the same stream it can only be one that is cut.
    if (is_told || !are_of_one_stream(word, last.header)) return std::nullopt;
    return MissingPart{frames, frames + mpg123_spf(handle_.get()),
                       "the file ends in the middle of an MPEG frame"};
  }

 private:
  // Without a Xing, Info or VBRI tag the length is an estimate by the file's size, which libmpg123
  // does not learn here.
  bool has_length_tag() const {
    const Handle handle(mpg123_new(nullptr, nullptr));
    Cursor cursor{cursor_.file};
    return handle &&
           start(handle.get(), cursor, kDecoding | MPG123_SKIP_ID3V2 | MPG123_NO_PEEK_END) &&
           mpg123_length(handle.get()) > 0;
  }

  struct LastFrame {
    std::uint32_t header = 0;
    std::int64_t end = 0;  // its place in the file; 0: not found
  };

  // Of what can be decoded.
  LastFrame last_frame(std::int64_t frames) {
    if (!restart() || !seek(std::max<std::int64_t>(0, frames - header_.sample_rate))) return {};
    LastFrame last;
    for (int result = MPG123_OK; result == MPG123_OK || result == MPG123_NEW_FORMAT;) {
      result = mpg123_framebyframe_next(handle_.get());
      unsigned long word = 0;
      unsigned char* body = nullptr;
      std::size_t bytes = 0;
      if (result == MPG123_OK && mpg123_framedata(handle_.get(), &word, &body, &bytes) == 0) {
        last.header = static_cast<std::uint32_t>(word);
        last.end = mpg123_framepos(handle_.get()) + 4 + static_cast<std::int64_t>(bytes);
      }
    }
    return last;
  }

  Cursor cursor_;
  Handle handle_;
  Format format_;
  AudioHeader header_;
  bool ended_ = false;  // since the last seek
};

}  // namespace

bool is_mpeg_audio(RegularFile& file) {
  return is_mpeg_header(mpeg_header_at(file, behind_id3v2_tags(file, 0)));
}

Result<std::unique_ptr<Decoder>> open_mpeg_decoder(RegularFile& file) {
  auto decoder = std::make_unique<MpegDecoder>(file);
  if (Status opened = decoder->open(); !opened) return opened.error();
  return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace rookery
