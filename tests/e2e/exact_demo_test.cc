// The two demos: what a run finds is what was placed in the recordings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <ostream>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Row {
  std::string file;
  std::int64_t start_us = 0;
  std::int64_t end_us = 0;
  std::string label;

  // clang-tidy 14 takes the operator for a null pointer.
  auto operator<=>(const Row&) const = default;  // NOLINT(modernize-use-nullptr)
  friend void PrintTo(const Row& row, std::ostream* out) {
    *out << row.file << " " << row.start_us << "-" << row.end_us << " µs " << row.label;
  }
};

std::vector<Row> rows_of(const std::string& path) {
  const auto microseconds = [](double seconds) { return std::llround(seconds * 1e6); };
  std::vector<Row> rows;
  for (const auto& line : json_lines(path)) {
    const std::filesystem::path recording = line["recording"].get<std::string>();
    rows.push_back({recording.filename(), microseconds(line["start"]), microseconds(line["end"]),
                    line["label"]});
  }
  return rows;
}

std::vector<Row> found_by_a_run(const std::string& model, const std::string& recordings,
                                const Arguments& settings = {}) {
  const TemporaryFolder folder;
  const std::string out = folder / "out";
  const ProgramEnd end = run(run_command(model, out, {recordings}, settings));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return rows_of(out + "/detections.jsonl");
}

std::vector<Row> difference(std::vector<Row> rows, std::vector<Row> without) {
  std::sort(rows.begin(), rows.end());
  std::sort(without.begin(), without.end());
  std::vector<Row> left;
  std::set_difference(rows.begin(), rows.end(), without.begin(), without.end(),
                      std::back_inserter(left));
  return left;
}

TEST(DtmfDemo, EveryDigitIsFoundToTheMicrosecondAndNoneInvented) {
  const auto placed = rows_of(test_data("dtmf-hour/truth.jsonl"));
  const auto found = found_by_a_run(dtmf_model(), test_data("dtmf-hour/recordings"));
  ASSERT_GT(placed.size(), 1000U);
  EXPECT_THAT(difference(placed, found), IsEmpty()) << "missed";
  EXPECT_THAT(difference(found, placed), IsEmpty()) << "invented";
  EXPECT_THAT(found, SizeIs(placed.size()));
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end())) << "rows are not in timestamp order";
}

// Windows of 4 s overlap, so digits lie on their edges all the time.
TEST(DtmfTranscript, HasEveryDigitAsAWordToTheMicrosecondWithEitherDecoder) {
  const auto placed = rows_of(test_data("dtmf-hour/truth.jsonl"));
  for (const char* decoder : {"greedy", "beam"}) {
    const auto found =
        found_by_a_run(test_data("dtmf-ctc-model"), test_data("dtmf-hour/recordings"),
                       {"--set", std::string("postprocess.decoder=") + decoder});
    EXPECT_THAT(difference(placed, found), IsEmpty()) << "missed by " << decoder;
    EXPECT_THAT(difference(found, placed), IsEmpty()) << "invented by " << decoder;
  }
}

// The model is sure of speech a few frames late, and stays so for a while.
constexpr std::int64_t kToleranceUs = 250'000;

bool overlap(const Row& a, const Row& b) { return a.start_us < b.end_us && b.start_us < a.end_us; }

// Whether the detection stays on clips and the tolerance around them. Clips are in order of time.
bool lies_on_clips(const Row& detection, const std::vector<Row>& clips) {
  std::int64_t position = detection.start_us;
  for (const Row& clip : clips) {
    const bool on_clip =
        position >= clip.start_us - kToleranceUs && position < clip.end_us + kToleranceUs;
    if (on_clip) position = clip.end_us + kToleranceUs;
  }
  return position >= detection.end_us;
}

TEST(SpeechDemo, SpeechIsFoundInEveryClipAndInNoPause) {
  const auto clips = rows_of(test_data("speech/truth.jsonl"));
  const auto found = found_by_a_run(silero_model(), test_data("speech/recordings"));
  ASSERT_GT(clips.size(), 10U);
  for (const Row& clip : clips) {
    EXPECT_TRUE(
        std::any_of(found.begin(), found.end(), [&](const Row& one) { return overlap(clip, one); }))
        << "no speech found at " << clip.start_us << " µs";
  }
  for (const Row& detection : found) {
    EXPECT_TRUE(lies_on_clips(detection, clips)) << "speech in a pause at " << detection.start_us;
  }
}

}  // namespace
}  // namespace rookery::e2e
