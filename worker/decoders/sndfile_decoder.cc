#include "worker/decoders/sndfile_decoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "worker/decoders/container_size.h"
#include "worker/decoders/sndfile_origin.h"
#include "worker/decoders/sndfile_stream.h"

namespace rookery {
namespace {

constexpr std::size_t kLogBytes = 2'048;  // as much as libsndfile keeps

std::string format_words(int format, int command) {
  SF_FORMAT_INFO info{};
  info.format = format;
  if (sf_command(nullptr, command, &info, sizeof info) != 0 || info.name == nullptr) {
    return fmt::format("format {:#x}", static_cast<unsigned>(format));
  }
  return info.name;
}

// Found by experiment with libsndfile 1.2.0.
SeekKind seek_kind_of(const SF_INFO& info) {
  const int encoding = info.format & SF_FORMAT_SUBMASK;
  switch (encoding) {
    case SF_FORMAT_MPEG_LAYER_I:
    case SF_FORMAT_MPEG_LAYER_II:
    case SF_FORMAT_MPEG_LAYER_III:
    case SF_FORMAT_VORBIS:
    case SF_FORMAT_OPUS:
      return SeekKind::kPreroll;
    case SF_FORMAT_DWVW_12:
    case SF_FORMAT_DWVW_16:
    case SF_FORMAT_DWVW_24:
    case SF_FORMAT_DWVW_N:  // said to be seekable, but every seek fails
      return SeekKind::kNone;
    default:
      return info.seekable != 0 ? SeekKind::kExact : SeekKind::kNone;
  }
}

class SndfileDecoder final : public Decoder {
 public:
  explicit SndfileDecoder(RegularFile& file) : file_(file), stream_(file) {}

  Status open() {
    handle_.reset();
    SF_INFO info{};
    auto handle = stream_.open(info);
    if (!handle) return handle.error();
    handle_ = std::move(*handle);
    format_ = info.format;
    header_ = {info.frames,
               info.samplerate,
               info.channels,
               seek_kind_of(info),
               true,
               format_words(format_ & SF_FORMAT_TYPEMASK, SFC_GET_FORMAT_INFO) + ", " +
                   format_words(format_ & SF_FORMAT_SUBMASK, SFC_GET_FORMAT_INFO),
               told_origin(handle_.get())};
    return Done{};
  }

  const AudioHeader& header() const override { return header_; }
  bool restart() override { return open().ok(); }

  bool seek(std::int64_t frame) override {
    return handle_ && sf_seek(handle_.get(), frame, SEEK_SET) == frame;
  }

  std::int64_t read(std::span<float> interleaved) override {
    const auto frames = static_cast<sf_count_t>(interleaved.size()) / header_.channels;
    return std::max<std::int64_t>(0, sf_readf_float(handle_.get(), interleaved.data(), frames));
  }

  std::optional<MissingPart> missing_after(std::int64_t frames) override {
    if ((format_ & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG) return missing_of_ogg(frames);
    const auto claimed = claimed_bytes(file_);
    const bool cut = claimed && *claimed > file_.size();
    if (cut && (format_ & SF_FORMAT_SUBMASK) >= SF_FORMAT_DWVW_12 &&
        (format_ & SF_FORMAT_SUBMASK) <= SF_FORMAT_DWVW_N) {
      // libsndfile counts its frames by decoding what there is.
      return MissingPart{frames, frames,
                         fmt::format("the file is cut: its header promises {} bytes, {} are there",
                                     *claimed, file_.size())};
    }
    const std::int64_t promised = cut ? frames_of_whole_file(*claimed) : header_.frames;
    if (!is_told(promised)) return std::nullopt;
    return missing_part(frames, promised, header_.sample_rate);
  }

 private:
  std::int64_t frames_of_whole_file(std::int64_t bytes) const {
    SndfileStream whole(file_, bytes);
    SF_INFO info{};
    return whole.open(info) ? info.frames : 0;
  }

  // An Ogg stream tells its length with its last page, so how much is missing cannot be known.
  std::optional<MissingPart> missing_of_ogg(std::int64_t frames) const {
    if (!is_told(header_.frames)) {
      return MissingPart{frames, frames, "the file is cut: the end of its Ogg stream is missing"};
    }
    if (parse_log().find("Junk after the last page") != std::string::npos) {
      return MissingPart{
          frames, frames,
          "after the end of its first Ogg stream the file goes on; that is not read"};
    }
    return std::nullopt;
  }

  std::string parse_log() const {
    std::string log(kLogBytes, '\0');
    const int size = sf_command(handle_.get(), SFC_GET_LOG_INFO, log.data(), int{kLogBytes});
    log.resize(static_cast<std::size_t>(std::max(size, 0)));
    return log;
  }

  RegularFile& file_;
  SndfileStream stream_;
  SndfileHandle handle_;
  int format_ = 0;  // libsndfile's SF_FORMAT_… word
  AudioHeader header_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> open_sndfile_decoder(RegularFile& file) {
  auto decoder = std::make_unique<SndfileDecoder>(file);
  if (Status opened = decoder->open(); !opened) return opened.error();
  return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace rookery
