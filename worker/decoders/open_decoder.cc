#include "worker/decoders/open_decoder.h"

#include "worker/decoders/ffmpeg_module.h"
#include "worker/decoders/flac_decoder.h"
#include "worker/decoders/mpeg_decoder.h"
#include "worker/decoders/sndfile_decoder.h"

namespace rookery {

Result<std::unique_ptr<Decoder>> open_decoder(RegularFile& file) {
  if (is_mpeg_audio(file)) return open_mpeg_decoder(file);
  if (is_flac(file)) return open_flac_decoder(file);
  auto decoder = open_sndfile_decoder(file);
  if (decoder) return decoder;
  const Result<FfmpegModule>& ffmpeg = ffmpeg_module();
  if (!ffmpeg) return ffmpeg.error();
  std::optional<OpenedDecoder> by_ffmpeg;
  ffmpeg->open(file, by_ffmpeg);
  return by_ffmpeg ? std::move(*by_ffmpeg) : std::move(decoder);
}

}  // namespace rookery
