#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

#include "supervisor/output_folder.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

OutputFolderRefusal refusal_of(const std::string& path) {
  auto opened = OutputFolder::open(path);
  const auto* refusal = std::get_if<OutputFolderRefusal>(&opened);
  if (refusal == nullptr) {
    ADD_FAILURE() << path << " was opened";
    return {kExitDone, {}};
  }
  EXPECT_EQ(refusal->error.stage, "output");
  EXPECT_THAT(refusal->error.reason, HasSubstr(path));
  return *refusal;
}

bool opens(const std::string& path) {
  return std::holds_alternative<OutputFolder>(OutputFolder::open(path));
}

TEST(OutputFolder, IsMadeWithItsParents) {
  const TemporaryFolder folder;
  auto opened = OutputFolder::open(folder / "a/b/out");
  ASSERT_TRUE(std::holds_alternative<OutputFolder>(opened));
  EXPECT_TRUE(fs::is_directory(folder / "a/b/out"));
  EXPECT_EQ(std::get<OutputFolder>(opened).paths().journal(), folder / "a/b/out/journal.sqlite");
}

TEST(OutputFolder, IsTakenUpAgainWhenItHoldsAJournal) {
  const TemporaryFolder folder;
  folder.write("journal.sqlite");
  folder.write("detections.jsonl", "rows");
  EXPECT_TRUE(opens(folder.path()));
  EXPECT_TRUE(fs::exists(folder / "detections.jsonl"));
}

TEST(OutputFolder, IsTakenUpAgainAfterARunThatDiedBeforeItHadAJournal) {
  const TemporaryFolder folder;
  EXPECT_TRUE(opens(folder.path()));
  folder.write(".rookery-1-1.tmp", "half");
  EXPECT_TRUE(opens(folder.path()));
  EXPECT_FALSE(fs::exists(folder / ".rookery-1-1.tmp")) << "leftovers are removed";
}

TEST(OutputFolder, AFolderOfSomethingElseIsRefusedAsAMatterOfUsageAndLeftAlone) {
  const TemporaryFolder folder;
  folder.write("thesis.tex");
  const OutputFolderRefusal refusal = refusal_of(folder.path());
  EXPECT_EQ(refusal.exit_code, kExitUsage);
  EXPECT_THAT(refusal.error.reason, HasSubstr("not empty and holds no journal"));
  EXPECT_THAT(refusal.error.reason, HasSubstr("thesis.tex"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(OutputFolder, AFileIsRefusedAsAMatterOfUsage) {
  const TemporaryFolder folder;
  EXPECT_EQ(refusal_of(folder.write("file")).exit_code, kExitUsage);
}

TEST(OutputFolder, AFolderThatCannotBeMadeIsAReasonNotToGoOn) {
  const TemporaryFolder folder;
  folder.write("file");
  EXPECT_EQ(refusal_of(folder / "file/out").exit_code, kExitCannotGoOn);
  EXPECT_EQ(refusal_of("/proc/rookery-out").exit_code, kExitCannotGoOn);
}

TEST(OutputFolder, AFolderThatCannotBeWrittenIsAReasonNotToGoOn) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec |
                                     fs::perms::others_read | fs::perms::others_exec);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // root may write everywhere
    if (geteuid() == 0 && setuid(65534) != 0) _exit(99);
    const auto opened = OutputFolder::open(folder.path());
    const auto* refusal = std::get_if<OutputFolderRefusal>(&opened);
    _exit(refusal == nullptr ? 0 : refusal->exit_code);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_EQ(WEXITSTATUS(status), kExitCannotGoOn);
}

TEST(OutputFolder, IsHeldByOneRunAtATimeAndASecondIsToldByWhom) {
  const TemporaryFolder folder;
  {
    const auto first = OutputFolder::open(folder.path());
    ASSERT_TRUE(std::holds_alternative<OutputFolder>(first));
    const OutputFolderRefusal second = refusal_of(folder.path());
    EXPECT_EQ(second.exit_code, kExitResumable);
    EXPECT_THAT(second.error.reason, HasSubstr("process " + std::to_string(getpid())));
  }
  EXPECT_TRUE(opens(folder.path()));
}

TEST(OutputFolder, AKilledRunDoesNotHoldItsFolder) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto opened = OutputFolder::open(folder.path());
    _exit(std::holds_alternative<OutputFolder>(opened) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(opens(folder.path()));
}

// `sh` that says a word and then waits for its standard input to end.
class WaitingShell {
 public:
  WaitingShell() {
    if (pipe(to_shell_.data()) != 0 || pipe(from_shell_.data()) != 0)
      throw std::runtime_error("pipe");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(to_shell_[0], STDIN_FILENO);
      dup2(from_shell_[1], STDOUT_FILENO);
      close(to_shell_[1]);
      execlp("sh", "sh", "-c", "echo started; read line", nullptr);
      _exit(1);
    }
    close(from_shell_[1]);
  }
  WaitingShell(const WaitingShell&) = delete;
  WaitingShell& operator=(const WaitingShell&) = delete;
  ~WaitingShell() {
    close(to_shell_[0]);
    close(to_shell_[1]);
    close(from_shell_[0]);
    waitpid(pid_, nullptr, 0);
  }

  bool says_a_word() {
    char byte = 0;
    return read(from_shell_[0], &byte, 1) == 1;
  }

 private:
  std::array<int, 2> to_shell_{};
  std::array<int, 2> from_shell_{};
  pid_t pid_ = -1;
};

TEST(OutputFolder, AProgramThatARunStartsDoesNotInheritTheLock) {
  const TemporaryFolder folder;
  std::optional opened = OutputFolder::open(folder.path());
  ASSERT_TRUE(std::holds_alternative<OutputFolder>(*opened));
  WaitingShell program;
  ASSERT_TRUE(program.says_a_word());
  opened.reset();
  EXPECT_TRUE(opens(folder.path()));
}

TEST(OutputFolder, IsMovedAsideWithAllThatIsInItToTheFirstFreeName) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "out");
  fs::create_directory(folder / "out.old-1");
  folder.write("out/journal.sqlite", "journal");
  ASSERT_FALSE(OutputFolder::move_aside((folder / "out") + "/").has_value());
  EXPECT_FALSE(fs::exists(folder / "out"));
  EXPECT_TRUE(fs::exists(folder / "out.old-2/journal.sqlite"));
  EXPECT_TRUE(opens(folder / "out"));
}

TEST(OutputFolder, IsNotMovedAsideWhileARunHoldsItNorIfItIsNone) {
  const TemporaryFolder folder;
  EXPECT_FALSE(OutputFolder::move_aside(folder / "none").has_value());
  folder.write("out/journal.sqlite");
  auto held = OutputFolder::open(folder / "out");
  const auto refusal = OutputFolder::move_aside(folder / "out");
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->exit_code, kExitResumable);
  EXPECT_TRUE(fs::exists(folder / "out/journal.sqlite"));
}

}  // namespace
}  // namespace rookery
