// Keys and paths of inputs.
#include "supervisor/inputs/input_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rookery {
namespace {

TEST(InputNames, KeysOfFilesAreNormalPathsWithoutALeadingSlash) {
  EXPECT_EQ(key_of_file("a/b.wav", "/home/me"), "a/b.wav");
  EXPECT_EQ(key_of_file("./a//b.wav", "/home/me"), "a/b.wav");
  EXPECT_EQ(key_of_file("/data/b.wav", "/home/me"), "data/b.wav");
  EXPECT_EQ(key_of_file("a/../b.wav", "/home/me"), "b.wav");
  EXPECT_EQ(key_of_file("../b.wav", "/home/me"), "home/b.wav");
  EXPECT_EQ(key_of_file("a/../../b.wav", "/home/me"), "home/b.wav");
  EXPECT_EQ(key_of_file("../../../../b.wav", "/home/me"), "b.wav");
  EXPECT_EQ(key_of_file("/../b.wav", "/home/me"), "b.wav");
  EXPECT_EQ(key_of_file("..b.wav", "/home/me"), "..b.wav");
}

TEST(InputNames, KeysBelowAFolderBeginWithItsName) {
  EXPECT_EQ(key_of_folder("a/b", "/home/me"), "b");
  EXPECT_EQ(key_of_folder("a/b/", "/home/me"), "b");
  EXPECT_EQ(key_of_folder("a/b/.", "/home/me"), "b");
  EXPECT_EQ(key_of_folder("/data", "/home/me"), "data");
  EXPECT_EQ(key_of_folder(".", "/home/me"), "me");
  EXPECT_EQ(key_of_folder("..", "/home/me"), "home");
  EXPECT_EQ(key_of_folder("a/..", "/home/me"), "me");
  EXPECT_EQ(key_of_folder("../x", "/home/me"), "x");
  EXPECT_EQ(key_of_folder("/", "/home/me"), "");
  EXPECT_EQ(key_of_folder(".", "/"), "");
}

TEST(InputNames, TidyPathsLeadWhereTheyLed) {
  EXPECT_EQ(tidy_path("a//b/./c/"), "a/b/c");
  EXPECT_EQ(tidy_path("./"), ".");
  EXPECT_EQ(tidy_path("//a"), "/a");
  EXPECT_EQ(tidy_path("/"), "/");
  EXPECT_EQ(tidy_path("a/../b"), "a/../b") << "a may be a link";
}

}  // namespace
}  // namespace rookery
