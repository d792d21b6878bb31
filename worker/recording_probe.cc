#include "worker/recording_probe.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace rookery {
namespace {

std::int64_t exact_frames(AudioReader& reader) {
  const AudioHeader& header = reader.header();
  if (is_told(header.frames) && reader.seek_kind() != SeekKind::kNone) {
    const std::int64_t end = reader.find_end(header.frames - 1);
    if (end == header.frames || (end > 0 && !header.seeks_by_frames)) return end;
    // A length that was estimated by the file's size can be some percent too long.
    const std::int64_t before = header.seeks_by_frames ? 0 : header.frames / 20 * 19;
    if (const std::int64_t found = before > 0 ? reader.find_end(before) : 0) return found;
  }
  return reader.find_end(0);
}

}  // namespace

Result<RecordingProperties> probe_recording(const std::string& path, ChannelChoice channel) {
  auto reader = AudioReader::open(path, channel);
  if (!reader) return reader.error();
  const std::int64_t frames = exact_frames(*reader);
  std::optional<MissingPart> missing = reader->missing_after(frames);
  if (auto unread = reader->read_error("probe")) return *std::move(unread);
  if (frames == 0) return Error{"probe", "the recording holds no audio that can be read", ""};
  if (frames == 1) {
    return Error{"probe", "the recording holds one sample: nothing to analyse", ""};
  }
  return RecordingProperties{frames,
                             reader->header().sample_rate,
                             reader->header().channels,
                             reader->header().format,
                             std::move(missing),
                             reader->header().origin_us};
}

}  // namespace rookery
