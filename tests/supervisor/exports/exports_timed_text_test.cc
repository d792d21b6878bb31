// Subtitles and TextGrids, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/supervisor/exports_fixture.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kSecond = 1'000'000;

Detection word(std::int64_t start_us, std::int64_t end_us, const std::string& text) {
  return {start_us, end_us, Detection::kNoLabel, 0.5F, text};
}

using Subtitles = ExportsTest;
using TextGridExport = ExportsTest;

TEST_F(Subtitles, TagsAreCuesAndTimesAreRoundedToTheMillisecond) {
  add("a/x.wav", {{1'499'500, 3'000'499, 0, 0.5F}, {3'600'000'000, 3'661'001'000, 1, 0.5F}});
  ASSERT_TRUE(write({"srt", "vtt"}));
  EXPECT_EQ(text_of("a/x.wav.srt"),
            "1\n00:00:01,500 --> 00:00:03,000\nspeech\n\n"
            "2\n01:00:00,000 --> 01:01:01,001\nmusic\n\n");
  EXPECT_EQ(text_of("a/x.wav.vtt"),
            "WEBVTT\n\n"
            "00:00:01.500 --> 00:00:03.000\nspeech\n\n"
            "01:00:00.000 --> 01:01:01.001\nmusic\n\n");
}

TEST_F(Subtitles, WordsAreGatheredAndNumberedAnewInEachRecording) {
  for (const char* key : {"a", "b"}) {
    add(key, {word(0, kSecond, "good"), word(kSecond, 2 * kSecond, "morning"),
              word(4 * kSecond, 5 * kSecond, "bye")});
  }
  ASSERT_TRUE(write({"srt"}));
  const std::string text =
      "1\n00:00:00,000 --> 00:00:02,000\ngood morning\n\n"
      "2\n00:00:04,000 --> 00:00:05,000\nbye\n\n";
  EXPECT_EQ(text_of("a.srt"), text);
  EXPECT_EQ(text_of("b.srt"), text);
}

TEST_F(Subtitles, ARecordingWithoutRowsHasAFileWithoutCues) {
  add("silent", {});
  ASSERT_TRUE(write({"srt", "vtt"}));
  EXPECT_EQ(text_of("silent.srt"), "");
  EXPECT_EQ(text_of("silent.vtt"), "WEBVTT\n\n");
}

TEST_F(Subtitles, ACueHasAMillisecondAtLeast) {
  add("x", {{1'000'100, 1'000'200, 0, 0.5F}});
  ASSERT_TRUE(write({"srt"}));
  EXPECT_THAT(text_of("x.srt"), HasSubstr("00:00:01,000 --> 00:00:01,001\n"));
}

TEST_F(Subtitles, TextsThatLookLikeTimesOrMarkupStayTexts) {
  labels_ = {"a --> b ----> c", "<b> & \"q\"", "two\n\nlines\tand a tab", "caf\xe9"};
  add("x", {{0, 1, 0, 0.5F}, {0, 1, 1, 0.5F}, {0, 1, 2, 0.5F}, {0, 1, 3, 0.5F}});
  ASSERT_TRUE(write({"srt", "vtt"}));
  for (const char* text : {"\na -> b -> c\n\n", "\n<b> & \"q\"\n\n", "\ntwo  lines and a tab\n\n",
                           "\ncaf\uFFFD\n\n"}) {
    EXPECT_THAT(text_of("x.srt"), HasSubstr(text));
  }
  for (const char* text : {"\na --&gt; b ----&gt; c\n\n", "\n&lt;b&gt; &amp; \"q\"\n\n",
                           "\ntwo  lines and a tab\n\n", "\ncaf\uFFFD\n\n"}) {
    EXPECT_THAT(text_of("x.vtt"), HasSubstr(text));
  }
}

TEST_F(TextGridExport, ALabelIsATierThatCoversTheRecording) {
  add("x.wav", {{kSecond, 2 * kSecond, 0, 0.5F}}, {RecordingState::kDone, 60 * kSecond, {}});
  ASSERT_TRUE(write({"textgrid"}));
  EXPECT_EQ(text_of("x.wav.TextGrid"), R"(File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0.0
xmax = 60.0
tiers? <exists>
size = 1
item []:
    item [1]:
        class = "IntervalTier"
        name = "speech"
        xmin = 0.0
        xmax = 60.0
        intervals: size = 3
        intervals [1]:
            xmin = 0.0
            xmax = 1.0
            text = ""
        intervals [2]:
            xmin = 1.0
            xmax = 2.0
            text = "speech"
        intervals [3]:
            xmin = 2.0
            xmax = 60.0
            text = ""
)");
}

TEST_F(TextGridExport, ARecordingWithoutRowsHasOneEmptyTier) {
  add("silent", {});
  ASSERT_TRUE(write({"textgrid"}));
  EXPECT_THAT(text_of("silent.TextGrid"), HasSubstr("size = 1\n"));
  EXPECT_THAT(text_of("silent.TextGrid"), HasSubstr("name = \"detections\""));
  EXPECT_THAT(text_of("silent.TextGrid"), HasSubstr("xmax = 60.0\n            text = \"\"\n"));
}

TEST_F(TextGridExport, RowsThatOverlapGoToFurtherTiers) {
  add("x", {{0, 2 * kSecond, 0, 0.5F},
            {kSecond, 3 * kSecond, 0, 0.5F},
            {2 * kSecond, 4 * kSecond, 0, 0.5F}});
  ASSERT_TRUE(write({"textgrid"}));
  const std::string text = text_of("x.TextGrid");
  EXPECT_THAT(text, HasSubstr("name = \"speech\""));
  EXPECT_THAT(text, HasSubstr("name = \"speech (2)\""));
  EXPECT_THAT(text, Not(HasSubstr("(3)")));
}

TEST_F(TextGridExport, QuotesAreDoubledAndLineEndsBecomeSpaces) {
  labels_ = {"dog \"Rex\"", "a\tb\nc"};
  add("x", {{0, kSecond, 0, 0.5F}, {0, kSecond, 1, 0.5F}});
  ASSERT_TRUE(write({"textgrid"}));
  EXPECT_THAT(text_of("x.TextGrid"), HasSubstr("text = \"dog \"\"Rex\"\"\"\n"));
  EXPECT_THAT(text_of("x.TextGrid"), HasSubstr("text = \"a b c\"\n"));
}

}  // namespace
}  // namespace rookery
