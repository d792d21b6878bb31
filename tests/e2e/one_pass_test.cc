// A recording in overlapping segments gives what one pass over the whole of it gives, if the
// card's context covers what the model hears around a frame.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/e2e/npy_file.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

constexpr double kSeconds = 30;
const std::string kWholeRecording = "segment: {window: 30.0, hop: 30.0, context: 0.0, tail: shift}";
const std::string kFramesOutput = "output: {type: frames, activation: none}";
const std::string kCtcOutput = "output: {type: ctc, activation: none, blank: quiet}";

// The model whose frames hear a tenth of a second on either side; its own card has windows of 1 s
// that overlap by 0.1 s, and 0.2 s of context.
class OnePass : public ::testing::Test {
 protected:
  void SetUp() override { write_digits(folder_ / "a.wav", kSeconds); }

  std::string model(const std::string& name, const std::string& output,
                    const std::string& segment) const {
    std::string directory = folder_ / name;
    std::filesystem::copy(test_data("models/neighbour_levels"), directory);
    std::string card;
    for (std::string line : lines_of(read_bytes(directory + "/model.yaml"))) {
      if (line.starts_with("output:")) line = output;
      if (line.starts_with("segment:") && !segment.empty()) line = segment;
      if (!line.starts_with("postprocess:")) card += line + "\n";
    }
    write_bytes(directory + "/model.yaml", card);
    return directory;
  }
  std::string run_model(const std::string& name, const std::string& output,
                        const std::string& segment, const Arguments& more) const {
    std::string out = folder_ / ("out-" + name);
    Program program = run_command(model(name, output, segment), out, {"a.wav"}, more);
    program.directory = folder_.path();
    const ProgramEnd end = run(program);
    EXPECT_EQ(end.exit_code, 0) << end.err;
    return out;
  }

  TemporaryFolder folder_;
};

TEST_F(OnePass, FramesOfSegmentsAreThose) {
  const Arguments kept = {"--format", "npy", "--set", "postprocess.keep_frames=true"};
  const auto frames = [&](const std::string& name, const std::string& segment) {
    return read_npy(run_model(name, kFramesOutput, segment, kept) + "/a.wav.npy").numbers;
  };
  const auto segmented = frames("segmented", "");
  const auto whole = frames("whole", kWholeRecording);
  ASSERT_EQ(whole.size(), 2 * 3000U);
  ASSERT_EQ(segmented.size(), whole.size());
  const auto [quietest, loudest] = std::ranges::minmax(whole);
  ASSERT_GT(loudest - quietest, 0.5F);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    ASSERT_NEAR(segmented[i], whole[i], 1e-6) << "frame " << i / 2;
  }
  // The test would be worth nothing if frames did not need the context.
  const std::string without = "segment: {window: 1.0, hop: 1.0, context: 0.0, tail: shift}";
  const auto cut_off = frames("cut-off", without);
  double largest = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    largest = std::max<double>(largest, std::abs(cut_off[i] - whole[i]));
  }
  EXPECT_GT(largest, 0.01);
}

TEST_F(OnePass, WordsOfSegmentsAreThose) {
  for (const char* decoder : {"greedy", "beam"}) {
    const Arguments decoded = {"--set", std::string("postprocess.decoder=") + decoder};
    const auto words = [&](const std::string& name, const std::string& segment) {
      return json_lines(run_model(name + decoder, kCtcOutput, segment, decoded) +
                        "/detections.jsonl");
    };
    const auto segmented = words("segmented", "");
    const auto whole = words("whole", kWholeRecording);
    ASSERT_GT(whole.size(), 50U) << decoder;
    ASSERT_EQ(segmented.size(), whole.size()) << decoder;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      for (const char* key : {"start", "end", "label"}) {
        EXPECT_EQ(segmented[i][key], whole[i][key]) << decoder << " word " << i;
      }
      EXPECT_NEAR(segmented[i]["score"].get<double>(), whole[i]["score"].get<double>(), 2e-4);
    }
  }
}

}  // namespace
}  // namespace rookery::e2e
