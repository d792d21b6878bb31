// Reads one recording as mono samples from any position, whichever library decodes it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rookery/audio_channels.h"
#include "rookery/result.h"
#include "worker/decoders/decoder.h"
#include "worker/regular_file.h"

namespace rookery {

// Which samples of a frame become the mono sample: the mean of all channels, or one of them.
struct ChannelChoice {
  std::int32_t number = 0;  // counted from 1; 0: the mean of all

  bool operator==(const ChannelChoice&) const = default;
};

// "mix", "each" or a number from 1, as in ResultSettings::channel; with "each" whoever reads says
// which, and this is the mean of all. Error stage "config".
Result<ChannelChoice> parse_channel(const std::string& text);

// One open recording. Not thread-safe; movable. Allocates nothing by what a header says.
class AudioReader {
 public:
  static constexpr std::int32_t kMinSampleRate = 1'000;
  static constexpr std::int32_t kMaxSampleRate = 1'000'000;

  // Errors: those of RegularFile::open; stage "probe" for what is not audio or has absurd header
  // values, and for a channel that is not there.
  static Result<AudioReader> open(const std::string& path, ChannelChoice channel);

  // `frames` may be wrong (see recording_probe); the rest is checked.
  const AudioHeader& header() const { return header_; }
  SeekKind seek_kind() const { return seek_kind_; }

  // Tells how many frames there are, as the probe found. If the header is wrong about it, and
  // seeking relies on that, every frame is reached by decoding from the first from now on.
  void correct_length(std::int64_t frames);

  // Fills `out` with the mono samples of frames [begin_frame, begin_frame + out.size()). The bits
  // depend on the file and begin_frame alone, not on what was read before. Errors, stage "decode":
  // frames that cannot be read, samples that are no finite numbers (naming frame and second), a
  // file that the kernel fails to read (naming the byte).
  Status read_mono(std::int64_t begin_frame, std::span<float> out);
  // Its two steps: goes where reading from `frame` begins; reads from there, once.
  Status go_to(std::int64_t frame);
  Status read_on(std::span<float> out);

  // Decodes the file's end, from at or before `frame` on, and returns how many frames the file
  // holds as far as it can be read; 0 if that cannot be told from there.
  std::int64_t find_end(std::int64_t frame);

  // What the file was to hold beyond the `frames` that can be read.
  std::optional<MissingPart> missing_after(std::int64_t frames);

  // Of a read that failed in the kernel, as an error of this stage: what looked like the file's end
  // was none.
  std::optional<Error> read_error(const std::string& stage) const {
    return file_->read_error(stage);
  }

 private:
  AudioReader(std::unique_ptr<RegularFile> file, std::unique_ptr<Decoder> decoder,
              ChannelChoice channel);
  Status check_header() const;
  Status restart();
  // To `frame`, or to where decoding must begin for it.
  Status go_near(std::int64_t frame);
  Status seek_to(std::int64_t frame);
  Status decode_to(std::int64_t frame);
  Status decode_mono(std::span<float> out);
  // What decoding came to, or the kernel's failure that it took for the file's end.
  Status as_read(Status decoded) const;
  Error short_read();
  std::int64_t read_frames(std::int64_t frames);
  std::int64_t preroll_begin(std::int64_t frame) const;

  std::unique_ptr<RegularFile> file_;
  std::unique_ptr<Decoder> decoder_;
  AudioHeader header_;
  SeekKind seek_kind_;
  ChannelChoice channel_;
  std::int64_t position_ = 0;       // frame that the next read gives; −1: unknown
  std::vector<float> interleaved_;  // one chunk of frames, all channels
};

}  // namespace rookery
