// The subcommands besides run: what they print, and with which exit code they end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <filesystem>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Help, ListsTheSubcommandsAndExitCodes) {
  const ProgramEnd end = run(rookery({"--help"}));
  EXPECT_EQ(end.exit_code, 0);
  for (const char* part : {"run", "plan", "inspect", "status", "export", "doctor", "Exit codes"}) {
    EXPECT_THAT(end.out, HasSubstr(part));
  }
  for (const char* command : {"run", "plan", "inspect", "status", "export", "doctor"}) {
    EXPECT_EQ(run(rookery({command, "--help"})).exit_code, 0) << command;
  }
}

// Invariant 5: the supervisor neither runs models nor parses audio.
TEST(Supervisor, LinksNeitherLibTorchNorAudioLibraries) {
  const ProgramEnd supervisor = run({.command = {"ldd", ROOKERY_BIN_DIR "/rookery"}});
  const ProgramEnd worker = run({.command = {"ldd", ROOKERY_BIN_DIR "/rookery-worker"}});
  ASSERT_EQ(supervisor.exit_code, 0) << supervisor.err;
  for (const char* library : {"libtorch", "libc10", "libsndfile", "libsoxr"}) {
    EXPECT_THAT(supervisor.out, Not(HasSubstr(library)));
    EXPECT_THAT(worker.out, HasSubstr(library)) << "this test looks for the wrong name";
  }
}

TEST(Plan, CountsWhatRunWouldDoAndWritesNothing) {
  const TemporaryFolder folder;
  write_digits(folder / "in-a.wav", 60);
  write_bytes(folder / "in-b.wav", "no audio");
  const ProgramEnd end = run(rookery({"plan", "--model", dtmf_model(), "--out", folder / "out",
                                      "--batch", "4", folder / "in-a.wav", folder / "in-b.wav"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, AllOf(ContainsRegex("recordings +2 \\(1 would fail, 0 have gaps\\)"),
                             ContainsRegex("segments +600 of 0.1 s, up to 4 in a batch"),
                             HasSubstr("in-b.wav"), ContainsRegex("memory +about [0-9]+ MB"),
                             ContainsRegex("time +about")));
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST(Inspect, TellsAModelsCardSizesAndDigest) {
  const ProgramEnd end = run(rookery({"inspect", dtmf_model()}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  const ProgramEnd digest = run({.command = {"sha256sum", dtmf_model() + "/model.pt"}});
  EXPECT_THAT(end.out, AllOf(HasSubstr("dtmf"), HasSubstr("8000 Hz"), HasSubstr("tags, 16 labels"),
                             HasSubstr(digest.out.substr(0, 64)), HasSubstr("4 tensors")));
}

TEST(Inspect, ReplaysTheReferencesThatTheExportScriptsWrite) {
  for (const char* name : {"mel_levels", "running_levels", "heard_levels"}) {
    const ProgramEnd end = run(rookery({"inspect", test_data("models") + "/" + name, "--verify"}));
    EXPECT_EQ(end.exit_code, 0) << name << ": " << end.err;
    EXPECT_THAT(end.out, HasSubstr("verified")) << name;
  }
}

TEST(Inspect, TellsARecordingsPropertiesOrWhyItIsRefused) {
  const TemporaryFolder folder;
  write_audio(folder / "good.wav", {.sample_rate = 44'100, .channels = 2},
              dialled_digits(2, 44'100, 1));
  write_bytes(folder / "bad.wav", "no audio");
  const ProgramEnd good = run(rookery({"inspect", folder / "good.wav"}));
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_THAT(good.out, AllOf(HasSubstr("88200 frames, 2.000 s"), HasSubstr("44100 Hz"),
                              HasSubstr("WAV"), ContainsRegex("channels +2")));
  const ProgramEnd bad = run(rookery({"inspect", folder / "bad.wav"}));
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.err, HasSubstr("not audio"));
  const ProgramEnd missing = run(rookery({"inspect", folder / "missing.wav"}));
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("no such file"));
}

// One run for the commands that read an output folder.
class OutputFolderCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "in");
    write_digits(folder_ / "in/a.wav", 3);
    write_digits(folder_ / "in/c.wav", 4);
    write_bytes(folder_ / "in/b.wav", "no audio");
    const ProgramEnd end =
        run(run_command(dtmf_model(), out_, {folder_ / "in"}, {"--format", "jsonl,csv,audacity"}));
    ASSERT_EQ(end.exit_code, 1) << end.err;
  }

  TemporaryFolder folder_;
  std::string out_ = folder_ / "out";
};

TEST_F(OutputFolderCommands, StatusCountsAndNamesFailures) {
  const ProgramEnd end = run(rookery({"status", out_}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, AllOf(ContainsRegex("done +2 "), ContainsRegex("failed +1"),
                             ContainsRegex("pending +0"), ContainsRegex("detections +23"),
                             HasSubstr("failed: in/b.wav: probe: ")));
}

TEST_F(OutputFolderCommands, ExportWritesWhatTheRunWrote) {
  for (const char* name :
       {"/detections.jsonl", "/detections.csv", "/errors.jsonl", "/in/a.wav.txt"}) {
    const std::string by_run = read_bytes(out_ + name);
    EXPECT_THAT(by_run, Not(IsEmpty())) << name;
    std::filesystem::remove(out_ + name);
    const ProgramEnd end = run(rookery({"export", out_, "--format", "csv,jsonl,audacity"}));
    EXPECT_EQ(end.exit_code, 0) << end.err;
    EXPECT_EQ(read_bytes(out_ + name), by_run);
  }
}

TEST_F(OutputFolderCommands, TimesOfFileNamesComeFromTheRunOrTheExport) {
  std::filesystem::rename(folder_ / "in/a.wav", folder_ / "in/rec_20261121_235959.wav");
  const auto out = folder_ / "timed";
  const std::string wanted = "filename=%Y%m%d_%H%M%S";
  const ProgramEnd end =
      run(run_command(dtmf_model(), out, {folder_ / "in"}, {"--timestamps", wanted}));
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.err, HasSubstr("1 recording has no time"));
  EXPECT_THAT(end.err, HasSubstr("in/c.wav"));
  const std::string by_run = read_bytes(out + "/detections.jsonl");
  EXPECT_THAT(by_run, AllOf(HasSubstr(R"(,"time":"2026-11-21T23:59:59.)"),
                            HasSubstr(R"(,"time":"2026-11-22T00:00:0)")));
  EXPECT_EQ(run(rookery({"export", out, "--timestamps", "none"})).exit_code, 0);
  EXPECT_THAT(read_bytes(out + "/detections.jsonl"), Not(HasSubstr("time")));
  EXPECT_EQ(run(rookery({"export", out})).exit_code, 0);
  EXPECT_EQ(read_bytes(out + "/detections.jsonl"), by_run);
  EXPECT_EQ(run(rookery({"export", out, "--timestamps", "clock"})).exit_code, 2);
}

TEST_F(OutputFolderCommands, TimesOfHeadersComeFromTheRunOrTheExport) {
  SF_INFO info{};
  info.samplerate = 8000;
  info.channels = 1;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  const std::string path = folder_ / "recorder.wav";
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  sf_set_string(file, SF_STR_COMMENT, "Recorded at 23:59:59 21/11/2026 (UTC) by AudioMoth");
  const auto digits = dialled_digits(3, 8000, 1);
  sf_writef_float(file, digits.data(), std::ssize(digits));
  sf_close(file);
  const auto out = folder_ / "timed";
  ASSERT_EQ(run(run_command(dtmf_model(), out, {path})).exit_code, 0);
  EXPECT_THAT(read_bytes(out + "/detections.jsonl"), Not(HasSubstr("time")));
  EXPECT_EQ(run(rookery({"export", out, "--timestamps", "header"})).exit_code, 0);
  EXPECT_THAT(read_bytes(out + "/detections.jsonl"),
              AllOf(HasSubstr(R"("time":"2026-11-21T23:59:59.)"),
                    HasSubstr(R"("time":"2026-11-22T00:00:0)")));
}

TEST_F(OutputFolderCommands, RefuseWhatIsNoOutputFolder) {
  for (const char* command : {"status", "export"}) {
    const ProgramEnd end = run(rookery({command, folder_ / "in"}));
    EXPECT_EQ(end.exit_code, 2) << command;
    EXPECT_THAT(end.err, HasSubstr("journal.sqlite"));
  }
  const ProgramEnd end = run(rookery({"export", out_, "--format", "xml"}));
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, AllOf(HasSubstr("xml"), HasSubstr("audacity")));
}

TEST(Doctor, LooksAtEverythingThatARunNeeds) {
  const ProgramEnd end = run(rookery({"doctor"}));
  EXPECT_EQ(end.exit_code, 0) << end.out;
  for (const char* part : {"cores", "memory", "shared memory", "huge pages", "allocator",
                           "open files", "rookery-worker"}) {
    EXPECT_THAT(end.out, HasSubstr(part));
  }
  EXPECT_THAT(end.out, Not(HasSubstr("BAD")));
}

}  // namespace
}  // namespace rookery::e2e
