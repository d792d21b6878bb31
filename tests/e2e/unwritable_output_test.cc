// Output that cannot be written is exit 3, and nothing stands half-written under a final name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Every export and report that stands there is whole.
void expect_whole_or_absent(const std::string& out, const std::string& expected_detections) {
  if (fs::exists(out + "/detections.jsonl")) {
    for (const std::string& line : lines_of(detections(out))) {
      EXPECT_THAT(expected_detections, HasSubstr(line));
    }
    EXPECT_TRUE(detections(out).empty() || detections(out).ends_with("}\n"));
  }
  if (fs::exists(out + "/summary.json")) {
    EXPECT_FALSE(nlohmann::json::parse(read_bytes(out + "/summary.json"))["complete"]);
  }
}

std::string undisturbed(const std::string& input, const std::string& out) {
  const ProgramEnd end = run(run_command(dtmf_model(), out, {input}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return detections(out);
}

void write_many_digits(const std::string& path) { write_digits(path, 1200); }

TEST(UnwritableOutput, AFileInItsPlaceIsExitTwo) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 1);
  write_bytes(folder / "out", "a file");
  const ProgramEnd end = run(run_command(dtmf_model(), folder / "out", {folder / "a.wav"}));
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr(folder / "out"));
  EXPECT_EQ(read_bytes(folder / "out"), "a file");
}

TEST(UnwritableOutput, AFolderOfSomethingElseIsLeftAlone) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 1);
  folder.write("out/thesis.txt", "years of work");
  const ProgramEnd end = run(run_command(dtmf_model(), folder / "out", {folder / "a.wav"}));
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_FALSE(fs::exists(folder / "out/detections.jsonl"));
  EXPECT_EQ(read_bytes(folder / "out/thesis.txt"), "years of work");
}

TEST(UnwritableOutput, WhereNoFolderCanBeMadeIsExitThree) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 1);
  const ProgramEnd end = run(run_command(dtmf_model(), "/proc/rookery-out", {folder / "a.wav"}));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("/proc/rookery-out"));
}

// A limit on file sizes makes writes fail in the middle of the journal, its log or an export,
// depending on the limit.
class FullOutput : public ::testing::TestWithParam<int> {};

TEST_P(FullOutput, IsExitThreeWithNothingHalfWrittenAndCanBeTakenUpAgain) {
  const TemporaryFolder folder;
  write_many_digits(folder / "a.wav");
  const std::string expected = undisturbed(folder / "a.wav", folder / "expected");
  const std::string out = folder / "out";
  const Program whole = run_command(dtmf_model(), out, {folder / "a.wav"});
  Program limited = whole;
  const std::string script =
      "trap '' XFSZ; ulimit -f " + std::to_string(GetParam()) + R"(; exec "$0" "$@")";
  limited.command.insert(limited.command.begin(), {"bash", "-c", script});
  const ProgramEnd end = run(limited);
  EXPECT_EQ(end.exit_code, 3) << end.err;
  EXPECT_THAT(end.err, HasSubstr("rookery: "));
  expect_whole_or_absent(out, expected);

  const ProgramEnd again = run(whole);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_TRUE(detections(out) == expected);
}

// In KiB; the journal of this run takes more than 256.
INSTANTIATE_TEST_SUITE_P(FileSizeLimits, FullOutput, ::testing::Values(64, 128, 192),
                         [](const auto& instance) {
                           return std::to_string(instance.param) + "KiB";
                         });

// Where the disk is full depends on its size: in the new journal, in the index of its log (mapped
// memory, where a write could end the program), in the log, in an export.
class FullDisk : public ::testing::TestWithParam<int> {};

TEST_P(FullDisk, IsExitThreeWithNothingHalfWrittenAndCanBeTakenUpAgain) {
  const TemporaryFolder folder;
  write_many_digits(folder / "a.wav");
  const std::string expected = undisturbed(folder / "a.wav", folder / "expected");
  fs::create_directories(folder.path() / "disk");
  // The small disk is mounted where only these runs see it, so it is copied away before the end.
  const std::string script =
      "mount -t tmpfs -o size=" + std::to_string(GetParam()) +
      "k none disk || exit 99; \"$@\"; code=$?; cp -r disk/out copy; "
      "mount -o remount,size=64m disk || exit 99; \"$@\" 2>&1 || exit 98; cp -r disk/out again; "
      "exit $code";
  Program program = run_command(dtmf_model(), "disk/out", {folder / "a.wav"});
  program.command.insert(program.command.begin(),
                         {"unshare", "--map-root-user", "--mount", "bash", "-c", script, "bash"});
  if (::geteuid() == 0) program.command.erase(program.command.begin() + 1);
  program.directory = folder.path().string();
  const ProgramEnd end = run(program);
  if (end.exit_code == 99 || end.err.find("unshare:") != std::string::npos) {
    GTEST_SKIP() << "no file system can be mounted here: " << end.err;
  }
  EXPECT_EQ(end.exit_code, 3) << end.out << end.err;
  EXPECT_THAT(end.err, HasSubstr("disk/out"));
  EXPECT_THAT(end.err, HasSubstr("free disk space"));
  expect_whole_or_absent(folder / "copy", expected);
  EXPECT_TRUE(detections(folder / "again") == expected);
}

INSTANTIATE_TEST_SUITE_P(Sizes, FullDisk, ::testing::Values(32, 48, 64, 80, 128, 192),
                         [](const auto& instance) {
                           return std::to_string(instance.param) + "KiB";
                         });

}  // namespace
}  // namespace rookery::e2e
