#include "worker/recording_probe.h"

#include <cstdint>

namespace rookery {
namespace {

std::int64_t exact_frames(AudioReader& reader) {
  const AudioHeader& header = reader.header();
  if (is_told(header.frames) && reader.seek_kind() != SeekKind::kNone) {
    const std::int64_t end = reader.find_end(header.frames - 1);
    if (end == header.frames || (end > header.frames && !header.seeks_by_frames)) return end;
  }
  return reader.find_end(0);
}

}  // namespace

Result<RecordingProperties> probe_recording(const std::string& path, ChannelChoice channel) {
  auto reader = AudioReader::open(path, channel);
  if (!reader) return reader.error();
  const std::int64_t frames = exact_frames(*reader);
  if (frames == 0) return Error{"probe", "the recording holds no audio that can be read", ""};
  if (frames == 1) {
    return Error{"probe", "the recording holds one sample: nothing to analyse", ""};
  }
  return RecordingProperties{frames, reader->header().sample_rate, reader->header().channels,
                             reader->header().format, reader->missing_after(frames)};
}

}  // namespace rookery
