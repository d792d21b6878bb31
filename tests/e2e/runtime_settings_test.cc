// What workers are started with: environment variables, and another OpenMP runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Batches that are large enough for LibTorch to share operators among threads.
const Arguments kTwoThreads = {"--workers", "1", "--intra-op", "2"};

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// Files by which libomp tells that it is in a process.
std::vector<std::string> presences() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    const std::string name = entry.path().filename();
    if (name.starts_with("__KMP_REGISTERED_LIB")) names.push_back(name);
  }
  return names;
}

class RuntimeSettings : public ::testing::Test {
 protected:
  RuntimeSettings() { write_digits(folder_ / "a.wav", 60); }

  Program program(const std::string& out, const Arguments& settings) const {
    return run_command(dtmf_model(), folder_ / out, {folder_ / "a.wav"},
                       with(kTwoThreads, settings));
  }

  const TemporaryFolder folder_;
};

TEST_F(RuntimeSettings, LibompAnswersForLibgompHoweverWorkersAreHosted) {
  const ProgramEnd plain = run(program("plain", {}));
  ASSERT_EQ(plain.exit_code, 0) << plain.err;
  for (const auto& [engine, start] :
       {std::pair("processes", "fork"), std::pair("processes", "spawn"),
        std::pair("threads", "fork")}) {
    const std::string out = std::string(engine) + "-" + start;
    const ProgramEnd end =
        run(program(out, {"--engine", engine, "--start", start, "--set", "openmp=libomp", "--set",
                          "environment.KMP_VERSION=1"}));
    EXPECT_EQ(end.exit_code, 0) << end.err;
    EXPECT_THAT(end.err, HasSubstr("LLVM OMP version")) << "what libomp says once it is called";
    EXPECT_EQ(detections(folder_ / out), detections(folder_ / "plain"));
    EXPECT_THAT(presences(), ::testing::IsEmpty());
  }
}

TEST_F(RuntimeSettings, AFolderStaysWithItsOpenmpRuntime) {
  ASSERT_EQ(run(program("out", {})).exit_code, 0);
  EXPECT_EQ(run(program("out", {"--set", "openmp=libgomp"})).exit_code, 0);
  const ProgramEnd other = run(program("out", {"--set", "openmp=libomp"}));
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("openmp was libgomp when the output folder was begun"));
}

TEST_F(RuntimeSettings, ARuntimeThatIsNotTheWantedOneEndsTheRun) {
  Program smuggled = program("out", {});
  smuggled.environment["LD_PRELOAD"] = "libomp.so.5";
  const ProgramEnd end = run(smuggled);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, AllOf(HasSubstr("openmp is libgomp"), HasSubstr("libomp.so.5")));
}

TEST_F(RuntimeSettings, OptionsOfTheAllocatorReachIt) {
  const ProgramEnd end = run(program("out", {"--allocator", "jemalloc-pytorch", "--set",
                                             "environment.MALLOC_CONF=no_such_option:1"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.err, HasSubstr("no_such_option")) << "jemalloc's complaint";
  EXPECT_THAT(end.err, Not(HasSubstr("9000000000"))) << "nothing else to complain of";
}

}  // namespace
}  // namespace rookery::e2e
