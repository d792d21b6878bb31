// On a kernel without Landlock, without seccomp, or without either, a run goes on with what there
// is, all workers alike, and everything that tells of the sandbox says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

struct Kernel {
  std::string name;
  Arguments lacks;
  std::string told;  // by doctor and the run

  bool has(const std::string& what) const { return std::ranges::count(lacks, what) == 0; }
};

const Kernel kWithoutLandlock = {"NoLandlock", {"landlock"}, "no Landlock"};
const Kernel kWithoutSeccomp = {"NoSeccomp", {"seccomp"}, "no seccomp"};
const Kernel kWithoutEither = {"Neither", {"landlock", "seccomp"}, "no seccomp"};

Program on(const Kernel& kernel, Program program) {
  Arguments command = {ROOKERY_BIN_DIR "/lesser_kernel"};
  command.insert(command.end(), kernel.lacks.begin(), kernel.lacks.end());
  command.emplace_back("--");
  command.insert(command.end(), program.command.begin(), program.command.end());
  program.command = std::move(command);
  return program;
}

class LesserKernel : public ::testing::TestWithParam<Kernel> {
 protected:
  LesserKernel() {
    fs::create_directory(folder_ / "in");
    for (const char* name : {"a", "b", "c"}) {
      write_digits(folder_ / ("in/" + std::string(name) + ".wav"), 1);
    }
  }
  Program program(const std::string& out, const Arguments& more = {}) const {
    Arguments words = {"--workers", "2", "--oversubscribe"};
    words.insert(words.end(), more.begin(), more.end());
    return run_command(dtmf_model(), folder_ / out, {folder_ / "in"}, words);
  }
  nlohmann::json sandbox(const std::string& out) const {
    return nlohmann::json::parse(read_bytes(folder_ / (out + "/summary.json")))["sandbox"];
  }
  std::string rows(const std::string& out) const {
    return read_bytes(folder_ / (out + "/detections.jsonl"));
  }

  const TemporaryFolder folder_;
};

TEST_P(LesserKernel, LetsARunGoOnWithWhatThereIsAndTellsIt) {
  ASSERT_EQ(run(program("whole")).exit_code, 0);
  const int abi = sandbox("whole")["landlock"];
  const std::vector<Arguments> hosts = {
      {}, {"--engine", "threads"}, {"--start", "spawn", "--weights", "private"}};
  for (const Arguments& how : hosts) {
    fs::remove_all(folder_ / "out");
    const ProgramEnd end = run(on(GetParam(), program("out", how)));
    ASSERT_EQ(end.exit_code, 0) << end.err;
    EXPECT_THAT(end.err, HasSubstr("sandbox is not whole here"));
    EXPECT_THAT(end.err, HasSubstr(GetParam().told));
    EXPECT_EQ(sandbox("out")["landlock"], GetParam().has("landlock") ? abi : 0);
    EXPECT_EQ(sandbox("out")["seccomp"], GetParam().has("seccomp"));
    EXPECT_EQ(sandbox("out")["reads"], GetParam().has("landlock") ? "roots" : "everything");
    EXPECT_EQ(rows("out"), rows("whole"));
  }
}

TEST_P(LesserKernel, IsNoNewsToAQuietRun) {
  const ProgramEnd end = run(on(GetParam(), program("out", {"--quiet"})));
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_THAT(end.err, IsEmpty());
}

TEST_P(LesserKernel, IsWhatDoctorSaysOfTheHost) {
  const ProgramEnd end = run(on(GetParam(), rookery({"doctor"})));
  EXPECT_EQ(end.exit_code, 0) << end.out;
  EXPECT_THAT(end.out, HasSubstr(GetParam().told));
  EXPECT_THAT(run(rookery({"doctor"})).out, Not(HasSubstr(GetParam().told)));
}

TEST_P(LesserKernel, LetsARecordingBeInspected) {
  const ProgramEnd end = run(on(GetParam(), rookery({"inspect", folder_ / "in/a.wav"})));
  EXPECT_EQ(end.exit_code, 0) << end.err;
}

INSTANTIATE_TEST_SUITE_P(Without, LesserKernel,
                         ::testing::Values(kWithoutLandlock, kWithoutSeccomp, kWithoutEither),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace rookery::e2e
