#include "worker/decoders/ffmpeg_input.h"

extern "C" {
#include <libavutil/avstring.h>
}

#include <fmt/format.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <vector>

#include "worker/decoders/header_time.h"

namespace rookery {
namespace {

constexpr int kBufferBytes = 32'768;
constexpr std::size_t kProbeBytes = 65'536;

// What people record in and libsndfile does not read.
constexpr const char* kContainers =
    "mov,matroska,asf,aac,ac3,eac3,amr,ape,avi,flv,mpegts,mpeg,tta,wv";
constexpr const char* kCodecs =
    "aac,aac_latm,ac3,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,alac,amrnb,amrwb,ape,dca,eac3,flac,gsm,"
    "gsm_ms,libopus,mp1float,mp2float,mp3float,pcm_alaw,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,"
    "pcm_mulaw,pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le,pcm_s32be,pcm_s32le,pcm_s8,pcm_u8,tta,"
    "vorbis,wavpack,wmalossless,wmapro,wmav1,wmav2,wmavoice";

// FFmpeg says why it fails only in its log, which would go to standard error.
thread_local std::string last_log_line;

void keep_log_line(void* source, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  std::array<char, 256> line{};
  int at_line_start = 0;
  av_log_format_line2(source, level, format, arguments, line.data(), line.size(), &at_line_start);
  std::string words = line.data();
  // Less the part that names the object: "[mov,mp4 @ 0x55d0c8a7e000] ".
  if (const std::size_t name = words.find("] ");
      words.starts_with('[') && name != std::string::npos) {
    words.erase(0, name + 2);
  }
  while (!words.empty() && (words.back() == '\n' || words.back() == '.')) words.pop_back();
  last_log_line = words;
}

int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

Error not_readable(int error) {
  const std::string words = last_log_line.empty() ? ffmpeg_words(error) : last_log_line;
  return {"probe", fmt::format("not audio that can be read: {}", words), ""};
}

}  // namespace

bool is_ffmpeg_container(RegularFile& file) {
  std::vector<unsigned char> head(kProbeBytes + AVPROBE_PADDING_SIZE);
  const auto bytes = std::as_writable_bytes(std::span(head).first(kProbeBytes));
  AVProbeData data{};
  data.filename = "";
  data.buf = head.data();
  data.buf_size = static_cast<int>(file.read_at(0, bytes));
  int score = 0;
  const AVInputFormat* container = av_probe_input_format3(&data, 1, &score);
  return container != nullptr && score > AVPROBE_SCORE_RETRY &&
         av_match_list(container->name, kContainers, ',') != 0;
}

std::string ffmpeg_words(int error) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> words{};
  av_strerror(error, words.data(), words.size());
  return words.data();
}

Result<std::unique_ptr<FfmpegInput>> FfmpegInput::open(RegularFile& file) {
  static std::once_flag log_is_kept;
  std::call_once(log_is_kept, [] { av_log_set_callback(keep_log_line); });
  std::unique_ptr<FfmpegInput> input(new FfmpegInput(file));
  if (Status opened = input->open_container(); !opened) return opened.error();
  if (Status chosen = input->choose_stream(); !chosen) return chosen.error();
  return input;
}

Status FfmpegInput::open_container() {
  last_log_line.clear();
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  io_ = avio_alloc_context(buffer, kBufferBytes, 0, this, read_file, nullptr, seek_file);
  context_ = avformat_alloc_context();
  context_->pb = io_;
  context_->io_open = refuse_to_open;
  context_->format_whitelist = av_strdup(kContainers);
  context_->codec_whitelist = av_strdup(kCodecs);
  context_->protocol_whitelist = av_strdup("");
  // On failure it frees the context.
  if (const int error = avformat_open_input(&context_, "", nullptr, nullptr); error < 0) {
    return not_readable(error);
  }
  if (const int error = avformat_find_stream_info(context_, nullptr); error < 0) {
    return not_readable(error);
  }
  return Done{};
}

Status FfmpegInput::choose_stream() {
  const int index = av_find_best_stream(context_, AVMEDIA_TYPE_AUDIO, -1, -1, &codec_, 0);
  if (index == AVERROR_DECODER_NOT_FOUND) {
    return Error{"probe", "the sound is in an encoding that cannot be read", ""};
  }
  if (index < 0) return Error{"probe", "the file holds no sound", ""};
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    if (static_cast<int>(i) != index) context_->streams[i]->discard = AVDISCARD_ALL;
  }
  stream_ = context_->streams[index];
  // FFmpeg's own Opus decoder gives frames of odd lengths where the codec changes its mode, so that
  // positions cannot be told.
  const AVCodec* reference = avcodec_find_decoder_by_name("libopus");
  if (codec_->id == AV_CODEC_ID_OPUS && reference != nullptr) codec_ = reference;
  return Done{};
}

FfmpegInput::~FfmpegInput() {
  avformat_close_input(&context_);
  if (io_ != nullptr) av_freep(&io_->buffer);
  avio_context_free(&io_);
}

double FfmpegInput::told_seconds() const {
  if (context_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) return 0;
  if (stream_->duration != AV_NOPTS_VALUE) {
    return static_cast<double>(stream_->duration) * av_q2d(stream_->time_base);
  }
  const std::int64_t duration = context_->duration;
  return duration == AV_NOPTS_VALUE ? 0 : static_cast<double>(duration) / AV_TIME_BASE;
}

bool FfmpegInput::is_matroska() const {
  return av_match_name("matroska", context_->iformat->name) != 0;
}

bool FfmpegInput::is_mov() const { return av_match_name("mov", context_->iformat->name) != 0; }

std::string FfmpegInput::format() const {
  const char* codec = codec_->long_name != nullptr ? codec_->long_name : codec_->name;
  return fmt::format("{}, {}", context_->iformat->long_name, codec);
}

std::optional<std::int64_t> FfmpegInput::origin_us() const {
  // The first is the clock's where it was recorded, the second is in UTC.
  for (const char* key : {"com.apple.quicktime.creationdate", "creation_time", "date"}) {
    for (const AVDictionary* tags : {context_->metadata, stream_->metadata}) {
      const AVDictionaryEntry* entry = av_dict_get(tags, key, nullptr, 0);
      if (entry == nullptr) continue;
      if (const auto time = iso_time(entry->value)) return time;
    }
  }
  return std::nullopt;
}

int FfmpegInput::read(AVPacket& packet) {
  for (;;) {
    av_packet_unref(&packet);
    const int result = av_read_frame(context_, &packet);
    if (result < 0 || packet.stream_index == stream_->index) return result;
  }
}

bool FfmpegInput::seek(std::int64_t timestamp) {
  if (av_seek_frame(context_, stream_->index, timestamp, AVSEEK_FLAG_BACKWARD) >= 0) return true;
  // The index may know the picture alone.
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    const AVStream& other = *context_->streams[i];
    const std::int64_t there = av_rescale_q(timestamp, stream_->time_base, other.time_base);
    if (av_seek_frame(context_, other.index, there, AVSEEK_FLAG_BACKWARD) >= 0) return true;
  }
  return false;
}

int FfmpegInput::read_file(void* self, std::uint8_t* out, int bytes) {
  auto& input = *static_cast<FfmpegInput*>(self);
  const std::span<std::byte> into(reinterpret_cast<std::byte*>(out),
                                  static_cast<std::size_t>(bytes));
  const std::int64_t got = input.file_.read_at(input.position_, into);
  input.position_ += got;
  return got > 0 ? static_cast<int>(got) : AVERROR_EOF;
}

std::int64_t FfmpegInput::seek_file(void* self, std::int64_t offset, int whence) {
  auto& input = *static_cast<FfmpegInput*>(self);
  if (whence == AVSEEK_SIZE) return input.file_.size();
  const int origin = whence & ~AVSEEK_FORCE;
  const std::int64_t base = origin == SEEK_CUR   ? input.position_
                            : origin == SEEK_END ? input.file_.size()
                                                 : 0;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return AVERROR(EINVAL);
  input.position_ = target;
  return target;
}

}  // namespace rookery
