// Raven's selection tables and RTTM, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "supervisor/recording_key.h"
#include "tests/supervisor/exports_fixture.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000;

using RavenExport = ExportsTest;
using RttmExport = ExportsTest;

TEST_F(RavenExport, SelectionsAreCountedInEachRecordingAndSpanTheModelsBand) {
  add("a/x.wav", {{0, 1'500'000, 0, 0.5F}, {2 * kSecond, 3 * kSecond, 1, 0.25F}});
  add("y.wav", {{0, kSecond, 3, 0.5F}});
  add("silent.wav", {});
  ASSERT_TRUE(write({"raven"}));
  const std::string head =
      "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\t"
      "Label\tScore\n";
  EXPECT_EQ(text_of("a/x.wav.selections.txt"),
            head +
                "1\tSpectrogram 1\t1\t0.0\t1.5\t0.0\t8000.0\tspeech\t0.5000\n"
                "2\tSpectrogram 1\t1\t2.0\t3.0\t0.0\t8000.0\tmusic\t0.2500\n");
  EXPECT_EQ(text_of("y.wav.selections.txt"),
            head + "1\tSpectrogram 1\t1\t0.0\t1.0\t0.0\t8000.0\ta b c\t0.5000\n");
  EXPECT_EQ(text_of("silent.wav.selections.txt"), head);
}

TEST_F(RttmExport, TagsAreSpeakerLinesAndWordsLexemeLines) {
  add("a.wav", {{kSecond, 3'500'000, 0, 0.5F},
                {4 * kSecond, 5 * kSecond, Detection::kNoLabel, 0.25F, "hello"}});
  ASSERT_TRUE(write({"rttm"}));
  EXPECT_EQ(text_of("detections.rttm"),
            "SPEAKER a.wav 1 1.0 2.5 <NA> <NA> speech 0.5000 <NA>\n"
            "LEXEME a.wav 1 4.0 1.0 hello lex <NA> 0.2500 <NA>\n");
}

TEST_F(RttmExport, KeysHaveNoWhiteSpaceOrQuotesAndCanBeDecoded) {
  const std::vector<std::string> keys = {"a b",     "a_b",       "a\\x20b",        "new\nline",
                                         "q\"uote", "bad\xff x", "wide\u3000space"};
  for (const std::string& key : keys) add(key, {{0, kSecond, 0, 0.5F}});
  ASSERT_TRUE(write({"rttm"}));
  std::istringstream lines(text_of("detections.rttm"));
  for (const std::string& key : keys) {
    std::string line;
    ASSERT_TRUE(std::getline(lines, line));
    const std::string file = line.substr(8, line.find(" 1 ") - 8);
    EXPECT_EQ(file.find_first_of(" \t\"\u3000"), std::string::npos) << file;
    EXPECT_EQ(decode_key(file), key);
  }
}

TEST_F(RttmExport, NamesAreSingleFields) {
  labels_ = {"dog \"Rex\",\tbarking", "caf\xe9", "wide\u3000space", ""};
  add("a", {{0, 1, 0, 0.5F}, {0, 1, 1, 0.5F}, {0, 1, 2, 0.5F}, {0, 1, 3, 0.5F}});
  ASSERT_TRUE(write({"rttm"}));
  const std::string text = text_of("detections.rttm");
  EXPECT_THAT(text, HasSubstr("<NA> <NA> dog_'Rex',_barking 0.5000 <NA>\n"));
  EXPECT_THAT(text, HasSubstr("<NA> <NA> caf\uFFFD 0.5000 <NA>\n"));
  EXPECT_THAT(text, HasSubstr("<NA> <NA> wide_space 0.5000 <NA>\n"));
  EXPECT_THAT(text, HasSubstr("<NA> <NA> <NA> 0.5000 <NA>\n"));
}

}  // namespace
}  // namespace rookery
