#include "supervisor/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "tests/supervisor/file_size_limit.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

std::string contents_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::ptrdiff_t files_in(const TemporaryFolder& folder) {
  return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
}

TEST(AtomicFile, TheFinalNameHasTheOldContentsUntilTheCommitAndTheNewAfter) {
  const TemporaryFolder folder;
  const std::string path = folder.write("x", "old");
  auto file = AtomicFile::create(path).value();
  const std::string large(1'000'000, 'n');
  ASSERT_TRUE(file.write(large));
  ASSERT_TRUE(file.write("end"));
  EXPECT_EQ(contents_of(path), "old");
  ASSERT_TRUE(file.commit());
  EXPECT_EQ(contents_of(path), large + "end");
  EXPECT_EQ(files_in(folder), 1);
}

TEST(AtomicFile, AbandonedItLeavesWhatWasThereAndNoTemporaryFile) {
  const TemporaryFolder folder;
  const std::string path = folder.write("x", "old");
  {
    auto file = AtomicFile::create(path).value();
    ASSERT_TRUE(file.write(std::string(100'000, 'n')));
    const AtomicFile moved = std::move(file);
    EXPECT_EQ(files_in(folder), 2);
  }
  EXPECT_EQ(contents_of(path), "old");
  EXPECT_EQ(files_in(folder), 1);
}

TEST(AtomicFile, AFullDiskIsAnErrorThatNamesTheFileAndLeavesTheOld) {
  const TemporaryFolder folder;
  const std::string path = folder.write("x", "old");
  Status status = Done{};
  {
    const FileSizeLimit limit(70'000);
    status = write_file_atomically(path, std::string(100'000, 'n'));
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().stage, "export");
  EXPECT_THAT(status.error().reason, HasSubstr(path));
  EXPECT_FALSE(status.error().remedy.empty());
  EXPECT_EQ(contents_of(path), "old");
  EXPECT_EQ(files_in(folder), 1);
}

TEST(AtomicFile, AMissingFolderIsAnError) {
  const TemporaryFolder folder;
  EXPECT_FALSE(AtomicFile::create(folder / "missing/x"));
}

TEST(AtomicFile, PermissionsAreThoseThatTheUmaskLeaves) {
  const TemporaryFolder folder;
  const mode_t old_mask = umask(027);
  const Status written = write_file_atomically(folder / "x", "text");
  umask(old_mask);
  ASSERT_TRUE(written);
  struct stat found = {};
  ASSERT_EQ(stat((folder / "x").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0640U);
}

TEST(AtomicFile, TemporariesOfAKilledProgramAreRemovedAndThoseOfALivingOneStay) {
  const TemporaryFolder folder;
  folder.write(".rookery-lock");
  folder.write("a.tmp");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto file = AtomicFile::create(folder / "killed");
    static_cast<void>(file->write(std::string(100'000, 'n')));
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  auto living = AtomicFile::create(folder / "living").value();
  ASSERT_EQ(files_in(folder), 4);
  ASSERT_TRUE(remove_abandoned_temporaries(folder.path().string()));
  EXPECT_EQ(files_in(folder), 3);
  ASSERT_TRUE(living.commit());
  EXPECT_TRUE(fs::exists(folder / "living"));
  EXPECT_TRUE(fs::exists(folder / ".rookery-lock"));
  EXPECT_TRUE(fs::exists(folder / "a.tmp"));
}

TEST(AtomicFile, TemporaryFilesLieWhereTheyAreTold) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "sub");
  auto file = AtomicFile::create(folder / "sub/x", folder.path().string()).value();
  EXPECT_TRUE(fs::is_empty(folder / "sub"));
  ASSERT_TRUE(file.commit());
  EXPECT_TRUE(fs::exists(folder / "sub/x"));
}

}  // namespace
}  // namespace rookery
