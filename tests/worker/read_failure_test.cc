// A disk that cannot be read is told as that, whichever library decodes: not as the end of the
// recording, and not as damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <limits>

#include "tests/worker/audio_kinds.h"
#include "tests/worker/ffmpeg_recordings.h"
#include "worker/recording_probe.h"

namespace {

constexpr off_t kNowhere = std::numeric_limits<off_t>::max();
// Reads that touch this byte or one behind it fail, so often.
std::atomic<off_t> bad_from = kNowhere;
std::atomic<int> failures_left = 0;

}  // namespace

// The C library's own names of the parameters are reserved ones.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
extern "C" ssize_t pread(int descriptor, void* out, size_t size, off_t offset) {
  if (offset + static_cast<off_t>(size) > bad_from && failures_left-- > 0) {
    errno = EIO;
    return -1;
  }
  return ::syscall(SYS_pread64, descriptor, out, size, offset);
}

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kSeconds = 20;
constexpr int kAlways = 1'000'000;

class BadDisk {
 public:
  BadDisk(off_t from, int times) {
    bad_from = from;
    failures_left = times;
  }
  BadDisk(const BadDisk&) = delete;
  BadDisk& operator=(const BadDisk&) = delete;
  ~BadDisk() { bad_from = kNowhere; }
};

void expect_told(const std::optional<Error>& error, const std::string& stage) {
  ASSERT_TRUE(error);
  EXPECT_EQ(error->stage, stage);
  EXPECT_THAT(error->reason, HasSubstr("reading failed at byte"));
  EXPECT_THAT(error->reason, HasSubstr("Input/output error"));
  EXPECT_THAT(error->remedy, HasSubstr("disk"));
}

template <class T>
std::optional<Error> error_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

class ReadFailure : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    path_ = written();
    middle_ = static_cast<off_t>(std::filesystem::file_size(path_) / 2);
    const auto properties = probe_recording(path_, {});
    ASSERT_TRUE(properties) << to_string(properties.error());
    frames_ = properties->frames;
  }

  std::string path_;
  off_t middle_ = 0;
  std::int64_t frames_ = 0;

 private:
  std::string written() const {
    for (const AudioKind& kind : all_kinds()) {
      if (kind.name != GetParam()) continue;
      std::string path = folder_.file(kind.name);
      write_recording(path, kind, test_signal(kSeconds * kind.sample_rate, kind.channels));
      return path;
    }
    for (const FilmKind& kind : film_kinds()) {
      if (kind.name == GetParam()) return write_film(folder_, kind, kSeconds * kind.sample_rate);
    }
    throw std::runtime_error("no such kind: " + GetParam());
  }

  const TemporaryFolder folder_;
};

TEST_P(ReadFailure, InTheProbeIsTold) {
  const BadDisk bad(middle_, kAlways);
  expect_told(error_of(probe_recording(path_, {})), "probe");
}

// A retry of the kernel's may succeed, but what a library made of the failure is not known.
TEST_P(ReadFailure, ThatHappensOnceIsToldToo) {
  const BadDisk bad(middle_, 1);
  expect_told(error_of(probe_recording(path_, {})), "probe");
}

TEST_P(ReadFailure, WhileDecodingIsToldAndEndsTheReading) {
  auto reader = AudioReader::open(path_, {});
  ASSERT_TRUE(reader);
  reader->correct_length(frames_);
  std::vector<float> all(static_cast<std::size_t>(frames_));
  ASSERT_TRUE(reader->read_mono(0, all));
  {
    const BadDisk bad(middle_, kAlways);
    expect_told(error_of(reader->read_mono(0, all)), "decode");
  }
  expect_told(error_of(reader->read_mono(0, all)), "decode");
}

TEST_P(ReadFailure, AtTheFirstByteIsNoOtherKindOfFile) {
  const BadDisk bad(0, kAlways);
  expect_told(error_of(AudioReader::open(path_, {})), "probe");
}

INSTANTIATE_TEST_SUITE_P(Kinds, ReadFailure,
                         ::testing::Values("wav_s16", "flac_s16", "mp3_stereo", "vorbis_stereo",
                                           "opus_stereo", "caf_alac", "aac_m4a", "flac_mkv"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace rookery::testing
