// What bad recordings get: a row in errors.jsonl with a stage and a reason a person understands,
// and no influence on any other recording.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct BadRecording {
  const char* name;
  const char* stage;
  const char* reason;  // a part of it
  std::function<void(const std::string& path)> make;
};

std::string some_audio() { return pcm16(dialled_digits(3, 8000, 5)); }

std::string wav_with_nan() {
  WavBytes wav{.encoding = 3, .bits = 32};
  std::vector<float> samples = dialled_digits(3, 8000, 5);
  samples[8000] = std::numeric_limits<float>::quiet_NaN();
  wav.data.assign(reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(float));
  return to_bytes(wav);
}

const std::vector<BadRecording>& bad_recordings() {
  const auto bytes = [](const std::string& content) {
    return [content](const std::string& path) { write_bytes(path, content); };
  };
  const auto link = [](const char* target) {
    return [target](const std::string& path) { fs::create_symlink(target, path); };
  };
  static const std::vector<BadRecording> kAll = {
      {"absurd-channels.wav", "probe", "channels",
       bytes(to_bytes({.channels = 60'000, .data = some_audio()}))},
      {"absurd-rate.wav", "probe", "",
       bytes(to_bytes({.sample_rate = 4'294'967'295, .data = some_audio()}))},
      {"dangling.wav", "open", "target", link("nowhere.wav")},
      {"device.wav", "open", "device", link("/dev/null")},
      {"empty.wav", "open", "empty", bytes("")},
      {"endless.wav", "open", "device", link("/dev/zero")},
      {"fifo.wav", "open", "FIFO", [](const std::string& path) { ::mkfifo(path.c_str(), 0600); }},
      {"folder.wav", "open", "folder", [](const std::string& path) { fs::create_directory(path); }},
      {"header-only.wav", "probe", "no audio", bytes(to_bytes({}))},
      {"itself.wav", "open", "itself", link("itself.wav")},
      {"nan.wav", "decode", "no finite number", bytes(wav_with_nan())},
      {"no-rate.wav", "probe", "", bytes(to_bytes({.sample_rate = 0, .data = some_audio()}))},
      {"one-sample.wav", "probe", "one sample", bytes(to_bytes({.data = "ab"}))},
      {"text.wav", "probe", "not audio", bytes("These are words, and no sound is in them.\n")},
      {"unreadable.wav", "open", "permission",
       [](const std::string& path) {
         write_digits(path, 1);
         fs::permissions(path, fs::perms::none);
       }},
      {"zero-channels.wav", "probe", "", bytes(to_bytes({.channels = 0, .data = some_audio()}))},
  };
  return kAll;
}

constexpr std::array kGoodNames{"a-good.wav", "m-good.wav", "zz-good.wav"};

void write_good(const std::string& folder) {
  fs::create_directories(folder);
  std::uint32_t seed = 1;
  for (const char* name : kGoodNames) write_digits(folder + "/" + name, 4.3, seed++);
}

// Root may read everything: without that right it is refused what others are.
Program bound_by_permissions(Program program) {
  if (::geteuid() != 0) return program;
  const std::string rights = "-dac_override,-dac_read_search";
  const Arguments prefix = {"setpriv", "--bounding-set", rights, "--inh-caps", rights, "--"};
  program.command.insert(program.command.begin(), prefix.begin(), prefix.end());
  return program;
}

// What is to be heard of each bad recording, in input order (their names' byte order).
void expect_rows_of_errors(const std::string& out, const std::string& folder) {
  const auto rows = json_lines(out + "/errors.jsonl");
  ASSERT_EQ(rows.size(), bad_recordings().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const BadRecording& bad = bad_recordings()[i];
    EXPECT_EQ(rows[i]["recording"], folder + "/" + bad.name);
    EXPECT_EQ(rows[i]["stage"], bad.stage) << rows[i];
    EXPECT_EQ(rows[i]["status"], "failed") << rows[i];
    const std::string reason = rows[i]["reason"];
    EXPECT_THAT(reason, HasSubstr(bad.reason));
    EXPECT_GT(reason.size(), 10U) << rows[i];
  }
}

class BadRecordings : public ::testing::TestWithParam<Arguments> {};

TEST_P(BadRecordings, EachFailsWithAReasonAndHarmsNoOther) {
  const TemporaryFolder folder;
  write_good(folder / "alone/recordings");
  write_good(folder / "mixed/recordings");
  for (const BadRecording& bad : bad_recordings()) {
    bad.make(folder / (std::string("mixed/recordings/") + bad.name));
  }
  const ProgramEnd alone =
      run(run_command(dtmf_model(), folder / "out-alone", {folder / "alone/recordings"}));
  ASSERT_EQ(alone.exit_code, 0) << alone.err;
  const ProgramEnd mixed = run(bound_by_permissions(
      run_command(dtmf_model(), folder / "out-mixed", {folder / "mixed/recordings"}, GetParam())));
  EXPECT_EQ(mixed.exit_code, 1) << mixed.err;
  EXPECT_EQ(detections(folder / "out-mixed"), detections(folder / "out-alone"));
  EXPECT_GT(lines_of(detections(folder / "out-alone")).size(), 20U);
  expect_rows_of_errors(folder / "out-mixed", "recordings");
}

INSTANTIATE_TEST_SUITE_P(Engines, BadRecordings,
                         ::testing::Values(Arguments{"--engine", "processes"},
                                           Arguments{"--engine", "threads", "--start", "spawn"}),
                         [](const auto& instance) { return instance.param[1]; });

TEST(TruncatedRecording, ItsSoundPartIsProcessedAndARowSaysWhatIsMissing) {
  const TemporaryFolder folder;
  const std::vector<float> whole = dialled_digits(9, 8000, 3);
  const std::string sound_part = pcm16({whole.begin(), whole.begin() + std::ptrdiff_t{6} * 8000});
  fs::create_directories(folder.path() / "cut");
  fs::create_directories(folder.path() / "sound");
  write_bytes(folder / "cut/x.wav", to_bytes({.promised_bytes = 9 * 16'000, .data = sound_part}));
  write_bytes(folder / "sound/x.wav", to_bytes({.data = sound_part}));

  Program on_cut = run_command(dtmf_model(), folder / "out-cut", {"x.wav"});
  on_cut.directory = folder / "cut";
  Program on_sound = run_command(dtmf_model(), folder / "out-sound", {"x.wav"});
  on_sound.directory = folder / "sound";
  EXPECT_EQ(run(on_cut).exit_code, 1);
  EXPECT_EQ(run(on_sound).exit_code, 0);
  EXPECT_EQ(detections(folder / "out-cut"), detections(folder / "out-sound"));
  EXPECT_EQ(lines_of(detections(folder / "out-sound")).size(), 20U);

  const auto errors = json_lines(folder / "out-cut/errors.jsonl");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0]["status"], "gap");
  EXPECT_EQ(errors[0]["start"], 6.0);
  EXPECT_EQ(errors[0]["end"], 9.0);
  EXPECT_THAT(std::string(errors[0]["reason"]), HasSubstr("6.000 s"));
}

TEST(NanOutOfAModel, FailsThatRecordingAloneAndNamesTheSegment) {
  const TemporaryFolder folder;
  std::vector<float> samples(std::size_t{4} * 16'000, 0.1F);
  const AudioKind kind = {.sample_rate = 16'000};
  write_audio(folder / "quiet.wav", kind, samples);
  samples[std::size_t{2} * 16'000 + 10] = 0.8F;  // in the fifth segment of half a second
  write_audio(folder / "loud.wav", kind, samples);
  const std::string model = test_data("models/nan_when_loud");
  const ProgramEnd end =
      run(run_command(model, folder / "out", {folder / "loud.wav", folder / "quiet.wav"}));
  EXPECT_EQ(end.exit_code, 1) << end.err;
  const auto errors = json_lines(folder / "out/errors.jsonl");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(std::string(errors[0]["recording"]), HasSubstr("loud.wav"));
  EXPECT_THAT(std::string(errors[0]["reason"]), HasSubstr("NaN"));
  EXPECT_THAT(std::string(errors[0]["reason"]), HasSubstr("segment 4"));
  ASSERT_FALSE(json_lines(folder / "out/detections.jsonl").empty());
  for (const auto& row : json_lines(folder / "out/detections.jsonl")) {
    EXPECT_THAT(std::string(row["recording"]), HasSubstr("quiet.wav"));
  }
}

TEST(FailedRecordings, AreToldByTheExitCodeOfLaterRunsToo) {
  const TemporaryFolder folder;
  write_good(folder / "in");
  write_bytes(folder / "in/b.wav", "no audio");
  const Program program = run_command(dtmf_model(), folder / "out", {folder / "in"});
  EXPECT_EQ(run(program).exit_code, 1);
  const std::string rows = detections(folder / "out");
  EXPECT_EQ(run(program).exit_code, 1);
  EXPECT_EQ(detections(folder / "out"), rows);
  EXPECT_EQ(json_lines(folder / "out/errors.jsonl").size(), 1U);
}

}  // namespace
}  // namespace rookery::e2e
