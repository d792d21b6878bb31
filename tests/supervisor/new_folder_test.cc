// A folder appears whole or not at all.
#include "supervisor/new_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

class NewFolderTest : public ::testing::Test {
 protected:
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }

  TemporaryFolder folder_;
};

TEST_F(NewFolderTest, HasItsNameAndItsFilesOnceCommitted) {
  const std::string path = folder_ / "a/b";
  auto made = NewFolder::create(path + "/");
  ASSERT_TRUE(made) << to_string(made.error());
  ASSERT_TRUE(made->write("one", "text"));
  EXPECT_FALSE(fs::exists(path));
  ASSERT_TRUE(made->commit());
  std::ifstream stream(path + "/one");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "text");
}

TEST_F(NewFolderTest, LeavesNothingWithoutCommit) {
  {
    auto made = NewFolder::create(folder_ / "b");
    ASSERT_TRUE(made);
    ASSERT_TRUE(made->write("one", "text"));
    EXPECT_EQ(entries(), 1u);
  }
  EXPECT_EQ(entries(), 0u);
}

TEST_F(NewFolderTest, RefusesAPathThatExists) {
  fs::create_directory(folder_ / "c");
  EXPECT_FALSE(NewFolder::create(folder_ / "c"));
}

TEST_F(NewFolderTest, NeverReplacesWhatCameUpMeanwhile) {
  auto made = NewFolder::create(folder_ / "d");
  ASSERT_TRUE(made);
  fs::create_directory(folder_ / "d");
  EXPECT_FALSE(made->commit());
  EXPECT_TRUE(fs::is_empty(folder_ / "d"));
}

}  // namespace
}  // namespace rookery
