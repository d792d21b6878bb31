// Reads one recording as mono samples: with regular_file, all that knows libsndfile.
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rookery/result.h"
#include "worker/regular_file.h"

namespace rookery {

// Which samples of a frame become the mono sample: the mean of all channels, or one of them.
struct ChannelChoice {
  std::int32_t number = 0;  // counted from 1; 0: the mean of all

  bool operator==(const ChannelChoice&) const = default;
};

// "mix" or a number from 1, as in ResultSettings::channel. Error stage "config".
Result<ChannelChoice> parse_channel(const std::string& text);

// What a recording's header claims. `frames` may be wrong (see recording_probe); the rest is
// checked.
struct AudioHeader {
  std::int64_t frames = 0;
  std::int32_t sample_rate = 0;
  std::int32_t channels = 0;
  std::int32_t format = 0;  // libsndfile's SF_FORMAT_… word

  bool operator==(const AudioHeader&) const = default;
};

// How a decoded frame depends on where reading began; found by experiment with libsndfile 1.2.0.
enum class SeekKind {
  kExact,    // not at all: PCM, float, A-law, µ-law, IMA and MS ADPCM, ALAC, FLAC
  kPreroll,  // MP3, Vorbis, Opus: the decoder must run a while first, and its state before matters
  kNone,     // only reading from the first frame on is right: GSM, G.72x, DWVW …
};

// One open recording. Not thread-safe; movable. Allocates nothing by what a header says.
class AudioReader {
 public:
  static constexpr std::int32_t kMaxChannels = 8;
  static constexpr std::int32_t kMinSampleRate = 1'000;
  static constexpr std::int32_t kMaxSampleRate = 1'000'000;

  // Errors: those of RegularFile::open; stage "probe" for what is not audio or has absurd header
  // values, and for a channel that is not there.
  static Result<AudioReader> open(const std::string& path, ChannelChoice channel);

  const AudioHeader& header() const { return header_; }
  SeekKind seek_kind() const { return seek_kind_; }
  // Container and encoding in libsndfile's words, e.g. "WAV (Microsoft), Signed 16 bit PCM".
  std::string format_name() const;
  // libsndfile's account of parsing the header: tells of sizes that do not fit the file.
  std::string parse_log() const;

  // From now on reaches every frame by decoding from the first, however long that takes: for a file
  // whose header is wrong about its length, which seeking relies on. MP3 is sought by its frames.
  void distrust_length();

  // Fills `out` with the mono samples of frames [begin_frame, begin_frame + out.size()), the mean
  // being summed in channel order in double precision. The bits depend on the file and begin_frame
  // alone, not on what was read before. Errors, stage "decode": frames that cannot be read, samples
  // that are no finite numbers (naming frame and second).
  Status read_mono(std::int64_t begin_frame, std::span<float> out);

  // Decodes the file's end, from at or before `frame` on, and returns how many frames the file
  // holds as far as it can be read; 0 if `frame` cannot be reached.
  std::int64_t find_end(std::int64_t frame);

 private:
  struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
  };

  AudioReader(std::unique_ptr<RegularFile> file, ChannelChoice channel);
  Result<SF_INFO> start_decoder();
  Status check_header() const;
  Status go_to(std::int64_t frame);
  Status seek_to(std::int64_t frame);
  Error short_read();
  std::int64_t read_frames(std::int64_t frames);
  std::int64_t preroll_begin(std::int64_t frame) const;
  Status to_mono(std::int64_t first_frame, std::span<float> out) const;

  std::unique_ptr<RegularFile> file_;
  std::unique_ptr<SNDFILE, Close> decoder_;
  AudioHeader header_;
  SeekKind seek_kind_ = SeekKind::kNone;
  ChannelChoice channel_;
  std::int64_t position_ = 0;       // frame that the next read gives; −1: unknown
  std::vector<float> interleaved_;  // one chunk of frames, all channels
};

}  // namespace rookery
