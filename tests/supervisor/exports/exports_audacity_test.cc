// Audacity label tracks: start, end and label, separated by tabs, a line a detection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/supervisor/exports_fixture.h"

namespace rookery {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const RecordingOutcome kFailed{RecordingState::kFailed, 0, {{"decode", "no", {}, {}}}};

using AudacityExport = ExportsTest;

TEST_F(AudacityExport, EachRecordingHasItsTrackUnderItsOwnName) {
  add("a/b/x.wav", {{0, 1'500'000, 0, 0.5F}, {2'000'000, 3'000'000, 1, 0.5F}});
  add("x.wav", {{0, 1'000'000, 1, 0.5F}});
  ASSERT_TRUE(write({"audacity"}));
  EXPECT_EQ(text_of("a/b/x.wav.txt"), "0.0\t1.5\tspeech\n2.0\t3.0\tmusic\n");
  EXPECT_EQ(text_of("x.wav.txt"), "0.0\t1.0\tmusic\n");
}

TEST_F(AudacityExport, TabsAndLineEndsOfLabelsBecomeSpaces) {
  add("x.wav", {{0, 1'000'000, 3, 0.5F}});
  ASSERT_TRUE(write({"audacity"}));
  EXPECT_EQ(text_of("x.wav.txt"), "0.0\t1.0\ta b c\n");
}

TEST_F(AudacityExport, ARecordingWithoutDetectionsHasAnEmptyTrackAndAFailedOneNone) {
  add("silent.wav", {});
  add("failed.wav", {}, kFailed);
  admit("pending.wav");
  ASSERT_TRUE(write({"audacity"}));
  EXPECT_EQ(files(), (std::set<std::string>{"errors.jsonl", "silent.wav.txt"}));
  EXPECT_EQ(text_of("silent.wav.txt"), "");
}

TEST_F(AudacityExport, ATrackGoesWhenItsRecordingFailsInALaterRun) {
  add("x.wav", {{0, 1'000'000, 0, 0.5F}});
  ASSERT_TRUE(write({"audacity"}));
  ASSERT_TRUE(exists("x.wav.txt"));
  ASSERT_TRUE(journal_.begin_run());
  ASSERT_TRUE(journal_.finish(admit("x.wav", {2, 2}), kFailed));
  ASSERT_TRUE(write({"audacity"}));
  EXPECT_FALSE(exists("x.wav.txt"));
}

TEST_F(AudacityExport, KeysThatAreNoUtf8NameTheirTracksByteForByte) {
  for (const char* key : {"bad\xff.wav", "new\nline.wav", "-dash.wav"}) add(key, {});
  ASSERT_TRUE(write({"audacity"}));
  for (const char* name : {"bad\xff.wav.txt", "new\nline.wav.txt", "-dash.wav.txt"}) {
    EXPECT_TRUE(exists(name)) << name;
  }
}

TEST_F(AudacityExport, ANameThatGetsTooLongIsToldAndTheOthersAreWritten) {
  const std::string longest(251, 'n');
  const std::string too_long(252, 'n');
  add(too_long, {});
  add(longest, {});
  const Status status = write({"audacity", "jsonl"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().stage, "export");
  EXPECT_THAT(status.error().reason, HasSubstr(too_long));
  EXPECT_TRUE(exists(longest + ".txt"));
  EXPECT_TRUE(exists("detections.jsonl"));
}

TEST_F(AudacityExport, NothingIsWrittenOrRemovedOutsideTheOutputFolder) {
  const std::string out = folder_ / "out";
  std::filesystem::create_directory(out);
  folder_.write("failed.txt", "mine");
  add("../done", {});
  add("../failed", {}, kFailed);
  const Status status = write_exports(journal_, {labels_, 16'000, {}}, out, {"audacity"});
  EXPECT_FALSE(status);
  EXPECT_FALSE(exists("done.txt"));
  EXPECT_EQ(text_of("failed.txt"), "mine");
}

TEST_F(AudacityExport, ATrackWhosePlaceIsTakenByAFolderIsTold) {
  add("x", {});
  add("x.txt/y", {});
  add("z", {});
  const Status status = write({"audacity"});
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().reason, HasSubstr("x.txt"));
  EXPECT_TRUE(exists("z.txt"));
  EXPECT_THAT(files(), Not(Contains(HasSubstr(".tmp"))));
}

}  // namespace
}  // namespace rookery
