#include "supervisor/inputs/inputs.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "supervisor/inputs/input_names.h"
#include "supervisor/inputs/readable_paths.h"
#include "tests/listed.h"
#include "tests/supervisor/inputs/inputs_fixture.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(Inputs, WalkFoldersInByteOrderDepthFirst) {
  for (const char* name : {"in/b.wav", "in/B.wav", "in/a/z.wav", "in/a.wav", "in/a/b/c.wav",
                           "in/\xc3\xa9.wav", "in/z.wav", "in/a-b.wav"}) {
    folder_.write(name);
  }
  EXPECT_THAT(keys({"in"}), ElementsAre("in/B.wav", "in/a/b/c.wav", "in/a/z.wav", "in/a-b.wav",
                                        "in/a.wav", "in/b.wav", "in/z.wav", "in/\xc3\xa9.wav"));
}

TEST_F(Inputs, TakeOnlyRecordingsOutOfFolders) {
  for (const char* name :
       {"in/a.wav", "in/b.FLAC", "in/c.Mp3", "in/d.m4a", "in/g.MP4", "in/h.webm", "in/notes.txt",
        "in/wav", "in/e.wav.txt", "in/f.xml", "in/._a.wav", "in/.hidden.wav"}) {
    folder_.write(name);
  }
  EXPECT_THAT(keys({"in"}), ElementsAre("in/.hidden.wav", "in/a.wav", "in/b.FLAC", "in/c.Mp3",
                                        "in/d.m4a", "in/g.MP4", "in/h.webm"));
}

TEST_F(Inputs, TakeNamedFilesWhateverTheirExtension) {
  folder_.write("notes.txt");
  folder_.write("deep/noext");
  EXPECT_THAT(keys({"notes.txt", "deep/noext"}), ElementsAre("notes.txt", "deep/noext"));
}

TEST_F(Inputs, PassOnWhatOnlyLooksLikeARecordingSoThatItFailsWithAReason) {
  fs::create_directories("in/folder.wav");
  folder_.write("in/folder.wav/inside.wav");
  folder_.write("in/empty.wav");
  fs::create_symlink("nowhere", "in/dangling.wav");
  fs::create_symlink("/dev/zero", "in/zero.wav");
  ASSERT_EQ(::mkfifo("in/fifo.wav", 0600), 0);
  EXPECT_THAT(keys({"in"}), ElementsAre("in/dangling.wav", "in/empty.wav", "in/fifo.wav",
                                        "in/folder.wav", "in/zero.wav"));
}

TEST_F(Inputs, EnterAFolderWithARecordingsNameOnlyIfASlashSaysSo) {
  folder_.write("album.flac/1.flac");
  EXPECT_THAT(keys({"album.flac"}), ElementsAre("album.flac"));
  EXPECT_THAT(keys({"album.flac/"}), ElementsAre("album.flac/1.flac"));
}

TEST_F(Inputs, KeepOddNames) {
  for (const char* name : {"in/-rf.wav", "in/a b.wav", "in/new\nline.wav", "in/\xff\xfe.wav"}) {
    folder_.write(name);
  }
  EXPECT_THAT(keys({"in"}),
              ElementsAre("in/-rf.wav", "in/a b.wav", "in/new\nline.wav", "in/\xff\xfe.wav"));
  const auto items = all({"in"});
  EXPECT_EQ(std::get<Recording>(items[3]).path, "in/\xff\xfe.wav");
}

TEST_F(Inputs, FollowALinkToAFolderOnlyIfItIsNamed) {
  folder_.write("in/a.wav");
  folder_.write("other/b.wav");
  fs::create_directory_symlink("..", "in/loop");
  fs::create_directory_symlink("../other", "in/link");
  EXPECT_THAT(keys({"in"}), ElementsAre("in/a.wav"));
  EXPECT_THAT(keys({"in/link"}), ElementsAre("link/b.wav"));
}

TEST_F(Inputs, CountPositionsOverAllArgumentsAndFaults) {
  folder_.write("in/a.wav");
  folder_.write("b.wav");
  const auto items = all({"b.wav", "-", "in"}, "c.wav\n");
  ASSERT_EQ(items.size(), 3U);
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(std::get<Recording>(items[i]).position, static_cast<std::int64_t>(i));
  }
}

// A path longer than the system takes is unreadable for everyone, root included.
TEST_F(Inputs, ReportAFolderThatCannotBeReadAndGoOn) {
  folder_.write("in/z.wav");
  fs::create_directory("in/deep");
  fs::current_path("in/deep");
  const std::string name(250, 'd');
  for (int depth = 0; depth < 20; ++depth) {
    ASSERT_EQ(::mkdir(name.c_str(), 0700), 0);
    ASSERT_EQ(::chdir(name.c_str()), 0);
  }
  fs::current_path(folder_.path());
  const auto items = all({"in"});
  ASSERT_EQ(items.size(), 2U);
  const auto& fault = std::get<InputFault>(items[0]);
  EXPECT_EQ(fault.error.stage, "input");
  EXPECT_THAT(fault.error.reason, HasSubstr("the folder can't be read: "));
  EXPECT_THAT(fault.place.key, HasSubstr("in/deep/ddd"));
  EXPECT_EQ(fault.place.position, 0);
  EXPECT_EQ(std::get<Recording>(items[1]).key, "in/z.wav");
  EXPECT_EQ(std::get<Recording>(items[1]).position, 1);
}

TEST_F(Inputs, ExpandGlobsInByteOrder) {
  for (const char* name : {"b1.wav", "a1.wav", "B1.wav", "c2.txt", "d/x1.wav"}) folder_.write(name);
  EXPECT_THAT(keys({"*1.wav"}), ElementsAre("B1.wav", "a1.wav", "b1.wav"));
  EXPECT_THAT(keys({"[ab]?.wav", "*.txt"}), ElementsAre("a1.wav", "b1.wav", "c2.txt"));
  EXPECT_THAT(keys({"?"}), ElementsAre("d/x1.wav"));
}

// As root no folder is, so they are looked for as somebody else, in a process of its own.
TEST_F(Inputs, HoldFoldersThatAGlobCannotLookInto) {
  folder_.write("in/x.wav");
  folder_.write("locked/deep/y.wav");
  ::chmod(folder_.path().c_str(), 0755);
  ::chmod("locked", 0);
  const auto look = [] {
    const bool root = ::geteuid() == 0;
    if (root && ::seteuid(65'534) != 0) _exit(2);
    auto source = InputSource::open({"*/*.wav"}, listed(""));
    if (root && ::seteuid(0) != 0) _exit(3);
    ::chmod("locked", 0755);  // what was no match stays none
    if (std::get<Recording>(source->next()).key != "in/x.wav") _exit(4);
    if (std::get<InputFault>(source->next()).place.key != "locked") _exit(5);
    _exit(std::holds_alternative<EndOfInputs>(source->next()) ? 0 : 6);
  };
  EXPECT_EXIT(look(), ::testing::ExitedWithCode(0), "");
}

TEST_F(Inputs, PreferAFileOfAGlobsLiteralName) {
  folder_.write("take[1].wav");
  folder_.write("take1.wav");
  EXPECT_THAT(keys({"take[1].wav"}), ElementsAre("take[1].wav"));
}

TEST_F(Inputs, RefuseArgumentsThatNameNothing) {
  EXPECT_THAT(refusal({"absent.wav"}), HasSubstr("absent.wav: there is no such file or folder"));
  EXPECT_THAT(refusal({"*.wav"}), HasSubstr("*.wav: nothing matches"));
  EXPECT_THAT(refusal({"-", "-"}), HasSubstr("standard input is given twice"));
  EXPECT_THAT(refusal({"bad\xff.wav"}), HasSubstr("bad\\xff.wav"));
  EXPECT_THAT(refusal({""}), HasSubstr("no such file"));
}

TEST_F(Inputs, TakeADanglingLinkThatIsNamed) {
  fs::create_symlink("nowhere", "link.wav");
  EXPECT_THAT(keys({"link.wav"}), ElementsAre("link.wav"));
}

TEST_F(Inputs, NameOneFileTheSameHoweverItIsWritten) {
  folder_.write("in/a.wav");
  const auto plain = all({"in", "in/a.wav"});
  const auto odd = all({"./in//", ".//in/./a.wav"});
  EXPECT_EQ(std::get<Recording>(plain[0]), std::get<Recording>(odd[0]));
  EXPECT_EQ(std::get<Recording>(plain[1]), std::get<Recording>(odd[1]));
  EXPECT_EQ(std::get<Recording>(plain[0]).path, std::get<Recording>(plain[1]).path);
}

TEST_F(Inputs, AreCountedWithTheirBytes) {
  folder_.write("in/a.wav", "12345");
  folder_.write("in/b/c.wav", "123");
  folder_.write("in/notes.txt", "123456789");
  fs::create_symlink("nowhere", "in/dangling.wav");
  const Result<InputTotals> totals = count_inputs({"in", "-"});
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->recordings, 3);
  EXPECT_EQ(totals->bytes, 8);
  EXPECT_FALSE(count_inputs({"absent"}).ok());
}

TEST_F(Inputs, IdentityChangesWithSizeAndTime) {
  const std::string path = folder_.write("a.wav", "123");
  const FileIdentity before = identify(path);
  EXPECT_EQ(before.size_bytes, 3);
  EXPECT_EQ(before, identify(path));
  const std::array times{timespec{0, UTIME_OMIT}, timespec{1'000'000'000, 7}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
  EXPECT_EQ(identify(path).mtime_ns, 1'000'000'000'000'000'007);
  folder_.write("a.wav", "1234");
  EXPECT_EQ(identify(path).size_bytes, 4);
  EXPECT_EQ(identify(folder_ / "absent"), FileIdentity{});
}

TEST_F(Inputs, ReadablePathsHoldAllThatTheyYield) {
  const auto paths = [](const std::string& input) { return readable_paths({input}); };
  fs::create_directory("in");
  EXPECT_THAT(paths("in"), ElementsAre("in"));
  EXPECT_THAT(paths("in/*.wav"), ElementsAre("in/"));
  EXPECT_THAT(paths("/data/20?[0-9]/site[12]/*"), ElementsAre("/data/"));
  EXPECT_THAT(paths("*.wav"), ElementsAre("."));
  EXPECT_THAT(paths("/*.wav"), ElementsAre("/"));
  std::ofstream("in/a*.wav") << "x";
  EXPECT_THAT(paths("in/a*.wav"), ElementsAre("in/a*.wav")) << "a file of that name";
  EXPECT_THAT(readable_paths({"in", "/data"}), ElementsAre("in", "/data"));
  EXPECT_THAT(readable_paths({"in", "-"}), ElementsAre("/"));
}

}  // namespace
}  // namespace rookery
