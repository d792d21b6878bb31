// The audio packets of a file, taken out of its container by FFmpeg's libavformat.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "rookery/result.h"
#include "worker/regular_file.h"

namespace rookery {

// FFmpeg's words for a failure.
std::string ffmpeg_words(int error);

// True if the file's first bytes look like one of the containers that are read here.
bool is_ffmpeg_container(RegularFile& file);

// Reads through RegularFile alone: whatever a file refers to, no other file and no network is
// opened. Only containers and audio codecs that are listed are tried. Not thread-safe.
class FfmpegInput {
 public:
  // Chooses the best audio stream. Error: stage "probe".
  static Result<std::unique_ptr<FfmpegInput>> open(RegularFile& file);

  ~FfmpegInput();
  FfmpegInput(const FfmpegInput&) = delete;
  FfmpegInput& operator=(const FfmpegInput&) = delete;

  const AVStream& stream() const { return *stream_; }
  const AVCodec& codec() const { return *codec_; }
  // The sound's length by the container, or all of the container's; 0 if it does not tell.
  double told_seconds() const;
  bool is_matroska() const;
  // MP4, M4A and QuickTime, whose table of packets is known when the file is open. Of one in
  // fragments it holds those read so far.
  bool is_mov() const;
  // Container and codec, e.g. "QuickTime / MOV, AAC (Advanced Audio Coding)".
  std::string format() const;
  // As RecordingProperties has it, by the first of these tags that tells a date and a time: when
  // an Apple recorder began, the container's creation, a date.
  std::optional<std::int64_t> origin_us() const;

  // The stream's next packet. AVERROR_EOF at the end, another error where the file is cut or
  // damaged.
  int read(AVPacket& packet);
  // The next packet is one at or, so far as the container's index allows, shortly before
  // `timestamp` in the stream's time base.
  bool seek(std::int64_t timestamp);

 private:
  explicit FfmpegInput(RegularFile& file) : file_(file) {}
  static int read_file(void* self, std::uint8_t* out, int bytes);
  static std::int64_t seek_file(void* self, std::int64_t offset, int whence);
  Status open_container();
  Status choose_stream();

  RegularFile& file_;
  std::int64_t position_ = 0;
  AVIOContext* io_ = nullptr;
  AVFormatContext* context_ = nullptr;
  const AVStream* stream_ = nullptr;
  const AVCodec* codec_ = nullptr;
};

}  // namespace rookery
