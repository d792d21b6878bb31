#include "worker/decoders/ffmpeg_decoder.h"
#include "worker/decoders/ffmpeg_input.h"
#include "worker/decoders/ffmpeg_module.h"

void rookery_open_with_ffmpeg(rookery::RegularFile& file,
                              std::optional<rookery::OpenedDecoder>& opened) {
  if (rookery::is_ffmpeg_container(file)) opened = rookery::open_ffmpeg_decoder(file);
}
