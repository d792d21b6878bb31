#include "worker/recording_probe.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

#include "worker/promised_length.h"

namespace rookery {
namespace {

// Beyond any recording (9000 years at 48 kHz … of one channel); libsndfile says 2^63 − 1 where it
// cannot tell.
constexpr std::int64_t kAbsurdFrames = std::int64_t{1} << 53;

bool is_told(const AudioHeader& header) {
  return header.frames > 0 && header.frames < kAbsurdFrames;
}

std::int64_t exact_frames(AudioReader& reader) {
  const AudioHeader& header = reader.header();
  if (is_told(header) && reader.seek_kind() != SeekKind::kNone &&
      reader.find_end(header.frames - 1) == header.frames) {
    return header.frames;
  }
  return reader.find_end(0);
}

// Frames the file was meant to have; `frames` if nothing tells of more.
std::int64_t promised_frames(const AudioReader& reader, const std::string& path,
                             std::int64_t frames) {
  const AudioHeader& header = reader.header();
  if (!is_told(header)) return frames;
  const bool estimate =
      (header.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG && !has_mpeg_length_tag(path);
  return estimate ? frames : frames_by_sizes(header, reader.parse_log());
}

// An Ogg stream tells its length with its last page, so how much is missing cannot be known.
std::optional<MissingPart> missing_of_ogg(const AudioReader& reader, std::int64_t frames) {
  if (!is_told(reader.header())) {
    return MissingPart{frames, frames, "the file is cut: the end of its Ogg stream is missing"};
  }
  if (reader.parse_log().find("Junk after the last page") != std::string::npos) {
    return MissingPart{frames, frames,
                       "after the end of its first Ogg stream the file goes on; that is not read"};
  }
  return std::nullopt;
}

std::optional<MissingPart> missing_part(const AudioReader& reader, const std::string& path,
                                        std::int64_t frames) {
  if ((reader.header().format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG) {
    return missing_of_ogg(reader, frames);
  }
  const std::int64_t promised = promised_frames(reader, path, frames);
  if (promised <= frames) return std::nullopt;
  const double rate = reader.header().sample_rate;
  return MissingPart{
      frames, promised,
      fmt::format("the file ends or is damaged at {:.3f} s, but its header promises {:.3f} s",
                  static_cast<double>(frames) / rate, static_cast<double>(promised) / rate)};
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
                             reader->format_name(), missing_part(*reader, path, frames)};
}

}  // namespace rookery
